with

suspects as (
    {%- for model in ['employment', 'managers', 'structure', 'answers', 'records', 'contracts', 'ladders'] %}
        select * from {{ ref('suspect_' ~ model) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

checks as (
    select * from {{ ref('quality_checks') }}
),

loads as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

checked as (
    select * from {{ ref('checked_tables') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

placed as (
    select
        suspects.*,
        max(loads.load_order) over found = loads.load_order as is_in_last_load,
        row_number() over (found order by loads.load_order desc, suspects.row_no asc) as place
    from suspects
    inner join loads on suspects.load_seq = loads.load_seq
    window found as (partition by suspects.check_id, suspects.table_name, suspects.feed_id)
),

found as (
    select
        check_id,
        table_name,
        feed_id,
        count(*) as n_rows,
        max(load_seq) filter (where is_in_last_load) as last_load_seq,
        {{ ordered_list(
            "case when is_in_last_load and place <= " ~ var('most_row_numbers') ~ " then cast(row_no as varchar) end",
            'row_no', ', '
        ) }} as row_numbers
    from placed
    group by check_id, table_name, feed_id
),

final as (
    select
        loads.source,
        loads.feed,
        loads.owner,
        found.table_name,
        checks.column_name,
        found.check_id,
        checks.severity,
        cast(found.n_rows as bigint) as n_rows,
        checked.n_rows as n_of,
        cast(found.n_rows as double) / checked.n_rows as share,
        checks.statement,
        {{ finding_sentence(
            "concat(found.n_rows, case when found.n_rows = 1 then ' row' else ' rows' end)",
            'loads.source', 'found.table_name', 'checks.statement'
        ) }} as sentence,
        checks.next_step,
        found.last_load_seq,
        cast(loads.exported_at as date) as last_exported_on,
        found.row_numbers,
        parameters.as_of
    from found
    inner join checks on found.check_id = checks.check_id and found.table_name = checks.table_name
    inner join checked on found.feed_id = checked.feed_id and found.table_name = checked.table_name
    inner join loads on found.last_load_seq = loads.load_seq
    cross join parameters
)

select * from final
