{%- set counts = [
    ('own_learning_hours', 'hours_a_quarter', 'own_learning_hours', 'numerator'),
    ('own_coaching', 'any_in_quarter', 'own_coaching', 'least(coalesce(numerator, 0), 1)'),
    ('own_360', 'any_in_a_year', 'own_360_debriefed', 'least(coalesce(denominator, 0), 1)'),
    ('active_mentees', 'at_quarter_end', 'mentees_across_departments', 'denominator'),
    ('sponsored_high_potentials', 'at_quarter_end', 'sponsored_high_potentials', 'numerator'),
    ('own_feedback_notes', 'given_in_a_year', 'feedback_notes_given', 'numerator'),
] -%}
{%- set shares = [
    ('own_360_debriefed', 'debriefed_of_done', '1'),
    ('mentees_across_departments', 'share_of_mentees', 'n_facts'),
    ('mentoring_satisfaction', 'mean_of_mentees', 'n_facts'),
    ('own_recognition_for_development', 'share_with_reason', '1'),
    ('ratings_given', 'mean_of_reviews', 'n_facts'),
] -%}
{%- set place = "placed.quarter_end, placed.month_end, placed.leader_key, placed.org_unit_id, placed.level" -%}
-- What leaders do for their own growth, and for others in person. A leader is who has reports in the quarter, placed where
-- they stood in its last month. Counts have every leader in the denominator, shares only what there is a share of.
with

leaders as (
    select distinct quarter_end, manager_key as leader_key from {{ ref('places') }} where manager_key is not null
),

placed as (
    select
        leaders.quarter_end, leaders.leader_key,
        max(months.month_end) as month_end,
        max_by(months.org_unit_id, months.month_end) as org_unit_id,
        max_by(months.level, months.month_end) as level
    from leaders
    inner join {{ ref('worker_months') }} as months
        on leaders.leader_key = months.worker_key and leaders.quarter_end = months.quarter_end
    group by leaders.quarter_end, leaders.leader_key
),

-- what stands at a quarter's end, and hours and coaching, are of the quarter; the rest looks back a year
summed as (
    select
        placed.quarter_end, placed.leader_key, facts.fact,
        sum(facts.n_facts) as n_facts,
        sum(facts.numerator) as numerator,
        sum(facts.denominator) as denominator,
        sum(facts.sum_squares) as sum_squares
    from placed
    inner join {{ ref('development_facts') }} as facts
        on
            placed.leader_key = facts.worker_key
            and placed.quarter_end >= facts.quarter_end
            and facts.quarter_end > {{ add_months('placed.quarter_end', -12) }}
    where
        (
            facts.fact in ('own_learning_hours', 'own_coaching', 'mentees_across_departments', 'sponsored_high_potentials')
            and facts.quarter_end = placed.quarter_end
        )
        or facts.fact in (
            'own_360_debriefed', 'mentoring_satisfaction', 'feedback_notes_given', 'own_recognition_for_development',
            'ratings_given'
        )
    group by placed.quarter_end, placed.leader_key, facts.fact
),

plans as (
    select worker_key, quarter_end, coalesce(is_shared, false) as is_shared from {{ ref('plan_quarters') }}
),

by_leader as (
    {%- for metric, convention, fact, quantity in counts %}
        select
            '{{ metric }}' as metric, '{{ convention }}' as convention_id, {{ place }}, 1 as n_people,
            coalesce({{ quantity }}, 0) as numerator, 1 as denominator,
            coalesce({{ quantity }} * {{ quantity }}, 0) as sum_squares
        from placed
        left join summed
            on
                summed.fact = '{{ fact }}'
                and placed.quarter_end = summed.quarter_end
                and placed.leader_key = summed.leader_key
        union all
    {%- endfor %}
    {%- for metric, convention, n_people in shares %}
        select
            '{{ metric }}', '{{ convention }}', {{ place }}, {{ n_people }},
            summed.numerator, summed.denominator, summed.sum_squares
        from placed
        inner join summed
            on
                summed.fact = '{{ metric }}'
                and placed.quarter_end = summed.quarter_end
                and placed.leader_key = summed.leader_key
        union all
    {%- endfor %}
    {%- for metric, convention, holds in [
        ('own_plan', 'live_at_quarter_end', 'plans.worker_key is not null'),
        ('own_plan_shared', 'shared_and_live_at_quarter_end', 'plans.is_shared'),
    ] %}
        select
            '{{ metric }}', '{{ convention }}', {{ place }}, 1,
            case when {{ holds }} then 1 else 0 end, 1, case when {{ holds }} then 1 else 0 end
        from placed
        left join plans on placed.leader_key = plans.worker_key and placed.quarter_end = plans.quarter_end
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

segmented as (
    {{ roll_up('by_leader', ['metric', 'convention_id', 'quarter_end'],
        ['n_people', 'numerator', 'denominator', 'sum_squares'], ['company', 'org_unit', 'level', 'leader_self']) }}
),

measured as (
    select
        metric, convention_id, quarter_end as period_end, segment_kind, segment_id,
        n_people as n, numerator, denominator, sum_squares, true as is_sufficient
    from segmented
),

final as (
    {{ metric_cells(
        counts | map(attribute=0) | list + shares | map(attribute=0) | list + ['own_plan', 'own_plan_shared'],
        'measured', moments=['sum_squares']) }}
)

select * from final
