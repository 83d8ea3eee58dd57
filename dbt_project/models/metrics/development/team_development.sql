{%- set shares = [
    ('plan_items_on_time', 'plan_items_on_time', 'on_time_of_due'),
    ('moves_as_aimed', 'moves_as_aimed', 'track_aimed_at'),
    ('programme_seats_taken', 'programme_seats_taken', 'taken_of_offered'),
    ('programme_seats_completed', 'programme_seats_completed', 'completed_of_taken'),
    ('protected_hours_used', 'protected_hours_used', 'hours_used_of_granted'),
    ('budget_used', 'budget_used', 'mean_of_shares'),
    ('assignments_debriefed', 'assignments_debriefed', 'debriefed_of_closed'),
    ('recognition_for_development', 'recognition_for_development', 'share_with_reason'),
    ('reviews_with_competencies', 'reviews_with_competencies', 'any_leadership_competency'),
    ('reviews_after_conversation', 'reviews_after_conversation', 'held_within_60_days'),
    ('reviews_after_stated_conversation', 'reviews_after_conversation', 'stated_within_60_days'),
] -%}
{%- set rates = ['programme_seats_offered', 'feedback_notes_given', 'feedback_notes_received', 'recognitions_received'] -%}
{%- set sums = ['n_people', 'n_rows', 'numerator', 'denominator', 'sum_squares', 'sum_cross', 'sum_denominator_squares'] -%}
-- A fact belongs to the place and manager of its month. Who had facts in two places within the window has a row in each
-- and counts by halves, so that the company counts them once.
with

facts as (
    select *
    from {{ ref('development_facts') }}
    where
        fact in (
            {%- for fact in shares | map(attribute=0) | list + rates %}
                '{{ fact }}',
            {%- endfor %}
            'rating_with_growth'
        )
),

periods as (
    select * from {{ ref('periods') }} where grain = 'quarter'
),

placed as (
    select
        facts.fact, facts.worker_key, facts.quarter_end, months.org_unit_id, months.level, months.manager_key,
        max(facts.month_end) as month_end,
        sum(facts.n_facts) as n_facts,
        sum(facts.numerator) as numerator,
        sum(facts.denominator) as denominator
    from facts
    inner join {{ ref('worker_months') }} as months
        on facts.worker_key = months.worker_key and facts.month_end = months.month_end
    group by all
),

windows as (
    select
        placed.fact, periods.period_end, placed.worker_key, placed.org_unit_id, placed.level, placed.manager_key,
        max(placed.month_end) as month_end,
        sum(placed.numerator) as total,
        sum(placed.denominator) as total_denominator,
        sum(placed.n_facts) as n_facts
    from placed
    inner join periods
        on
            placed.quarter_end <= periods.period_end
            and placed.quarter_end > {{ add_months('periods.period_end', -12) }}
    group by all
),

-- few people have more than one, so these are looked up and not counted over all
several_places as (
    select fact, period_end, worker_key, count(*) as n_places from windows group by all having count(*) > 1
),

-- a rating beside growth is a pair of person means, a share a pair of person sums
people as (
    select
        windows.*,
        1.0 / coalesce(several_places.n_places, 1) as n_people,
        case when fact = 'rating_with_growth' then n_facts else 1 end as n_means
    from windows
    left join several_places using (fact, period_end, worker_key)
),

places as (
    select
        fact, period_end, month_end, org_unit_id, level, manager_key,
        sum(n_people) as n_people, count(*) as n_rows,
        sum(total / n_means) as numerator, sum(total_denominator / n_means) as denominator,
        sum(total * total / (n_means * n_means)) as sum_squares,
        sum(total * total_denominator / (n_means * n_means)) as sum_cross,
        sum(total_denominator * total_denominator / (n_means * n_means)) as sum_denominator_squares
    from people
    group by all
),

segmented as (
    {{ roll_up('places', ['fact', 'period_end'], sums, ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

-- sums of squares and products about their means
spreads as (
    select
        period_end, segment_kind, segment_id, n_people,
        sum_cross - numerator * denominator / n_rows as cross_spread,
        sqrt(
            greatest(sum_squares - numerator * numerator / n_rows, 0)
            * greatest(sum_denominator_squares - denominator * denominator / n_rows, 0)
        ) as own_spreads
    from segmented
    where fact = 'rating_with_growth'
),

measured as (
    {%- for fact, metric, convention in shares %}
        select
            '{{ metric }}' as metric, '{{ convention }}' as convention_id, period_end, segment_kind, segment_id,
            n_people as n,
            numerator,
            denominator,
            sum_squares,
            sum_cross,
            sum_denominator_squares,
            true as is_sufficient
        from segmented
        where fact = '{{ fact }}'
        union all
    {%- endfor %}
    {%- for fact in rates %}
        select
            '{{ fact }}', 'average_headcount', years.period_end, years.segment_kind, years.segment_id,
            years.average_headcount, coalesce(segmented.numerator, 0), years.average_headcount,
            null, null, null, years.is_whole_year
        from {{ ref('movement_years') }} as years
        left join segmented
            on
                segmented.fact = '{{ fact }}'
                and years.period_end = segmented.period_end
                and years.segment_kind = segmented.segment_kind
                and years.segment_id = segmented.segment_id
        union all
    {%- endfor %}
    -- a correlation of four people says nothing, and one of equal ratings is undefined
    select
        'rating_with_growth', 'pearson', period_end, segment_kind, segment_id, n_people,
        case when own_spreads > 1e-9 then cross_spread end, case when own_spreads > 1e-9 then own_spreads end,
        null, null, null, n_people >= 5 and own_spreads > 1e-9
    from spreads
),

final as (
    {{ metric_cells(shares | map(attribute=1) | unique | list + rates + ['rating_with_growth'], 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
