with

loads as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

tables as (
    select
        loads.source,
        loads.feed,
        loads.owner,
        tables.table_name,
        sum(tables.n_valid + tables.n_quarantined) as n_rows,
        sum(tables.n_quarantined) as n_quarantined,
        sum(tables.n_duplicates) as n_duplicates,
        sum(tables.n_deleted + tables.n_ends_withheld) as n_ended,
        sum(tables.n_ends_withheld) as n_ends_withheld,
        sum(tables.n_read) as n_read,
        sum(tables.n_erased) as n_erased
    from {{ ref('stg_ledger__load_tables') }} as tables
    inner join loads on tables.load_seq = loads.load_seq
    group by loads.source, loads.feed, loads.owner, tables.table_name
),

reasons as (
    select
        loads.source,
        loads.feed,
        loads.owner,
        quarantine.table_name,
        quarantine.column_name,
        quarantine.reason,
        count(*) as n_rows,
        cast(min(loads.exported_at) as date) as first_on,
        cast(max(loads.exported_at) as date) as last_on
    from {{ ref('stg_ledger__quarantine') }} as quarantine
    inner join loads on quarantine.load_seq = loads.load_seq
    group by all
),

feeds as (
    select * from {{ ref('feed_silences') }}
),

set_aside as (
    select loads.source, loads.feed, loads.owner, aside.table_name, aside.n
    from {{ ref('stg_ledger__rows_set_aside') }} as aside
    inner join (select distinct feed_id, source, feed, owner from loads) as loads on aside.feed_id = loads.feed_id
),

outcomes as (
    select
        source,
        coalesce(feed, '*') as feed,
        any_value(owner) as owner,
        outcome,
        coalesce(expectation, decided_by) as reason,
        count(distinct file) as n_files,
        min(decided_on) as first_on,
        max(decided_on) as last_on
    from {{ ref('stg_ledger__load_outcomes') }}
    group by source, coalesce(feed, '*'), outcome, coalesce(expectation, decided_by)
),

measures as (
    select
        source, feed, owner, '*' as table_name, null as column_name, 'days_since_export' as measure, cadence as reason,
        status, n_days as n_rows, null as n_bad, first_on, last_on
    from feeds
    union all
    select source, feed, owner, '*', null, 'loads_in_force', null, null, n_loads, null, first_on, last_on
    from feeds
    where feed <> '*'
    union all
    select
        source, feed, owner, '*', null, concat('files_', outcome), reason, null, n_files,
        case when outcome <> 'accepted' then n_files end, first_on, last_on
    from outcomes
    union all
    select source, feed, owner, table_name, null, 'rows_quarantined', null, null, n_rows, n_quarantined, null, null
    from tables
    union all
    select source, feed, owner, table_name, null, 'rows_repeated', null, null, n_rows, n_duplicates, null, null
    from tables
    union all
    select source, feed, owner, table_name, null, 'ends_withheld', null, null, n_ended, n_ends_withheld, null, null
    from tables
    where n_ended > 0
    union all
    select source, feed, owner, table_name, null, 'rows_erased', null, null, n_read, n_erased, null, null
    from tables
    where n_erased > 0
    union all
    select source, feed, owner, table_name, null, 'rows_set_aside', null, null, n, null, null, null
    from set_aside
    union all
    select
        reasons.source, reasons.feed, reasons.owner, reasons.table_name, reasons.column_name, 'quarantine_reason',
        reasons.reason, null, tables.n_rows, reasons.n_rows, reasons.first_on, reasons.last_on
    from reasons
    inner join tables
        on reasons.source = tables.source and reasons.feed = tables.feed and reasons.table_name = tables.table_name
),

final as (
    select
        measures.source,
        measures.feed,
        measures.owner,
        measures.table_name,
        measures.column_name,
        measures.measure,
        measures.reason,
        measures.status,
        cast(measures.n_rows as bigint) as n_rows,
        cast(measures.n_bad as bigint) as n_bad,
        case when measures.n_rows > 0 then cast(measures.n_bad as double) / measures.n_rows end as bad_share,
        measures.first_on,
        measures.last_on,
        parameters.as_of
    from measures
    cross join parameters
)

select * from final
