{%- set tables = {
    'workers': ['worker_id', 'hire_date'],
    'worker_attributes': ['worker_id', 'attribute', 'valid_from'],
    'job_assignments': ['worker_id', 'assignment_id', 'layer', 'valid_from', 'sequence'],
    'reporting_lines': ['line_id', 'valid_from'],
    'positions': ['position_id', 'valid_from'],
    'compensation': ['worker_id', 'component', 'valid_from', 'sequence'],
    'org_units': ['org_unit_id', 'valid_from'],
    'leaves': ['worker_id', 'valid_from', 'kind'],
    'fx_rates': ['from_currency', 'to_currency', 'rate_date'],
    'performance_reviews': ['review_id'],
    'succession': ['position_id', 'candidate_id', 'rated_date'],
} -%}
with

bounded as (
    select feed_id, table_name from {{ ref('stg_ledger__feed_bounds') }}
),

final as (
    {%- for table, key in tables.items() %}
        select 'hris.{{ table }}' as table_name, in_force.feed_id, count(*) as n
        from (
            {{ rows_in_force('hris', table, key) }}
        ) as in_force
        semi join bounded on in_force.feed_id = bounded.feed_id and bounded.table_name = 'hris.{{ table }}'
        anti join {{ ref('stg_hris__' ~ table) }} as staged
            on
                in_force.feed_id = staged.feed_id
                and in_force.load_seq = staged.load_seq
                and in_force.row_no = staged.row_no
        group by in_force.feed_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
