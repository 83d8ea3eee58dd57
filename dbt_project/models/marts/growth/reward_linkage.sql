with

period as (
    select min(period_start) as period_start, max(period_end) as period_end from {{ ref('reward_people') }}
),

final as (
    select
        associations.reward,
        associations.sign_of_growth,
        associations.attribute,
        associations.group_value,
        period.period_start,
        period.period_end,
        associations.model,
        case
            when associations.sign_of_growth = 'team_uplift' then 'survey'
            when associations.reward in ('raise', 'bonus') then 'pay'
            when associations.sign_of_growth = 'score_360' then 'rater'
            else 'outcome'
        end as sensitivity_class,
        associations.n,
        associations.n_rewarded,
        associations.coefficient,
        associations.ci_low,
        associations.ci_high,
        associations.p_value,
        associations.q_value,
        associations.n_tests,
        associations.verdict,
        'partial_association_level_function_tenure' as convention_id,
        associations.status
    from {{ ref('reward_associations') }} as associations
    cross join period
)

select * from final
