{%- set signs = ['milestones_met', 'score_360', 'team_checkins', 'team_retention', 'team_uplift'] -%}
-- What people showed is of the twelve months before the twelve in which they were rewarded: a reward cannot follow what
-- came after it. Groups are inputs to this audit and to nothing else; '*' is everybody.
with

rewards as (
    select * from {{ ref('reward_year') }}
),

shown as (
    select
        {%- for sign in signs %}
            {%- set of = "sum(case when measures.measure = '" ~ sign ~ "' then measures." %}
            {{ of }}total end) / nullif({{ of }}weight end), 0) as {{ sign }},
        {%- endfor %}
        measures.worker_key
    from {{ ref('growth_measures') }} as measures
    inner join rewards on measures.worker_key = rewards.worker_key
    where
        measures.quarter_end < rewards.period_start
        and measures.quarter_end >= {{ add_months('rewards.period_start', -12) }}
    group by measures.worker_key
),

groups as (
    select rewards.worker_key, groups.attribute, groups.group_value
    from rewards
    inner join {{ ref('worker_groups') }} as groups
        on
            rewards.worker_key = groups.worker_key
            and rewards.period_start >= groups.valid_from
            and rewards.period_start < groups.valid_to
    union all
    select worker_key, '*' as attribute, '*' as group_value
    from rewards
),

final as (
    select
        {%- for sign in signs %}
            shown.{{ sign }},
        {%- endfor %}
        groups.attribute,
        groups.group_value,
        rewards.period_start,
        rewards.period_end,
        rewards.level,
        rewards.job_family,
        rewards.tenure_years,
        rewards.raise,
        rewards.bonus,
        rewards.recognition,
        rewards.promotion
    from rewards
    inner join shown on rewards.worker_key = shown.worker_key
    inner join groups on rewards.worker_key = groups.worker_key
)

select * from final
