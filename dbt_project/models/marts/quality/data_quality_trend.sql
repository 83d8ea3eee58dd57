-- Every load of a table counts for every reason that the table ever had, and as nothing where it had none of it then.
with

loads as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

tables as (
    select tables.*, loads.feed_id
    from {{ ref('stg_ledger__load_tables') }} as tables
    inner join loads on tables.load_seq = loads.load_seq
),

columns as (
    select * from {{ ref('stg_ledger__load_columns') }}
),

quarantined as (
    select load_seq, table_name, column_name, reason, count(*) as n_bad
    from {{ ref('stg_ledger__quarantine') }}
    group by all
),

known_reasons as (
    select distinct tables.feed_id, tables.table_name, quarantined.column_name, quarantined.reason
    from quarantined
    inner join tables on quarantined.load_seq = tables.load_seq and quarantined.table_name = tables.table_name
),

counted as (
    select
        load_seq, table_name, null as column_name, 'rows' as measure, null as reason, n_valid as n_rows, null as n_bad
    from tables
    union all
    select load_seq, table_name, null, 'rows_quarantined', null, n_valid + n_quarantined, n_quarantined
    from tables
    union all
    select
        tables.load_seq, tables.table_name, known.column_name, 'quarantine_reason', known.reason,
        tables.n_valid + tables.n_quarantined, coalesce(quarantined.n_bad, 0)
    from tables
    inner join known_reasons as known on tables.feed_id = known.feed_id and tables.table_name = known.table_name
    left join quarantined
        on
            tables.load_seq = quarantined.load_seq
            and tables.table_name = quarantined.table_name
            and known.reason = quarantined.reason
            and known.column_name is not distinct from quarantined.column_name
    union all
    select
        tables.load_seq, tables.table_name, columns.column_name, 'null_share', null,
        tables.n_valid, round(columns.null_share * tables.n_valid)
    from tables
    inner join columns on tables.load_seq = columns.load_seq and tables.table_name = columns.table_name
),

valued as (
    select
        loads.source,
        loads.feed,
        loads.mode,
        loads.load_order,
        loads.exported_at,
        counted.*,
        case
            when counted.measure = 'rows' then counted.n_rows
            else cast(counted.n_bad as double) / nullif(counted.n_rows, 0)
        end as amount
    from counted
    inner join loads on counted.load_seq = loads.load_seq
),

compared as (
    select
        *,
        median(amount) over (
            partition by source, feed, table_name, measure, column_name, reason order by load_order
            rows between {{ var('usual_loads') }} preceding and 1 preceding
        ) as usual
    from valued
),

final as (
    select
        source,
        feed,
        table_name,
        column_name,
        measure,
        reason,
        load_seq,
        cast(exported_at as date) as exported_on,
        load_order = max(load_order) over (partition by source, feed) as is_last_load,
        cast(n_rows as bigint) as n_rows,
        cast(n_bad as bigint) as n_bad,
        cast(amount as double) as amount,
        cast(usual as double) as usual,
        coalesce(
            case
                when measure = 'rows' then mode = 'snapshot' and abs(amount - usual) > {{ var('rows_moved') }} * usual
                else n_rows >= {{ var('fewest_rows') }} and abs(amount - usual) > {{ var('share_moved') }}
            end,
            false
        ) as has_moved
    from compared
)

select * from final
