-- Only promotions of people who were eligible at the start of the cycle count in the second convention.
with

pools as (
    select
        cycle_end as period_end,
        month_end,
        org_unit_id,
        level,
        manager_key,
        1 as n_eligible,
        case when is_promoted then 1 else 0 end as n_promoted
    from {{ ref('promotion_pools') }}
),

eligible as (
    {{ roll_up('pools', ['period_end'], ['n_eligible', 'n_promoted'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    {{ over_headcount([
        ('average_headcount', 'n_promotions', 'average_headcount'),
        ('person_days', 'n_promotions', 'average_employed')
    ]) }}
    union all
    select
        'promoted_of_eligible' as convention_id, period_end, segment_kind, segment_id,
        n_eligible as n, n_promoted as numerator, n_eligible as denominator, true as is_sufficient
    from eligible
),

final as (
    {{ metric_cells('promotion_rate', 'measured') }}
)

select * from final
