{%- set numbers = [
    'n', 'n_rewarded', 'coefficient', 'ci_low', 'ci_high', 'p_value', 'q_value', 'n_tests', 'verdict'
] -%}
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
        least(associations.n, associations.n_rewarded) as n_people,
        {%- for column in numbers %}
            case when associations.status = 'ok' then associations.{{ column }} end as {{ column }},
        {%- endfor %}
        'partial_association_level_function_tenure' as convention_id,
        associations.status
    from {{ ref('reward_associations') }} as associations
    cross join period
)

select * from final
