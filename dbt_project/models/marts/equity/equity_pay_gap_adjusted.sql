{%- set numbers = [
    'n', 'reference_n', 'raw_gap_percent', 'gap_percent', 'ci_low', 'ci_high', 'p_value', 'q_value', 'n_tests',
    'smallest_detectable_gap', 'verdict', 'is_material', 'difference', 'explained', 'unexplained', 'explained_by',
    'remediation_cost'
] -%}
with

snapshots as (
    select distinct snapshot_date, company_currency from {{ ref('pay_cells') }}
),

final as (
    select
        snapshots.snapshot_date,
        snapshots.company_currency as currency,
        gaps.segment_kind,
        gaps.segment_id,
        gaps.attribute,
        gaps.group_value,
        coalesce(least(gaps.n, gaps.reference_n), 0) as n_people,
        gaps.reference_group,
        gaps.controls,
        gaps.biased_controls,
        gaps.method,
        gaps.is_default,
        {%- for column in numbers %}
            case when gaps.status = 'ok' then gaps.{{ column }} end as {{ column }},
        {%- endfor %}
        'log_hourly_pay' as convention_id,
        'pay' as sensitivity_class,
        gaps.status
    from {{ ref('adjusted_gaps') }} as gaps
    cross join snapshots
)

select * from final
