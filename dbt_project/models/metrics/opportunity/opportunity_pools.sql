{#- opportunity, the events that are offers of it, and the input without which nothing is known of it -#}
{%- set offers = [
    ('mentoring', "event_table = 'mentorships'", 'talent.mentorships'),
    ('sponsorship', "event_table = 'sponsorships'", 'talent.sponsorships'),
    ('stretch', "event_table = 'assignments' and kind = 'stretch'", 'talent.assignments'),
    ('programme_seat', "event_table = 'program_enrolments'", 'lms.program_enrolments'),
] -%}
{#- opportunity, measure, SQL of a person's value (empty where not of the pool), of a decline, and the input -#}
{%- set measures = [] -%}
{%- for name, _, input in offers -%}
    {%- do measures.append((name, 'offered', name ~ '_offered', 'null', input)) -%}
    {%- do measures.append((name, 'taken', 'case when ' ~ name ~ '_offered = 1 then ' ~ name ~ '_taken end',
        name ~ '_declined', input)) -%}
{%- endfor -%}
{%- do measures.append(('feedback', 'received', 'feedback_received', 'null', 'talent.feedback_notes')) -%}
{%- do measures.append(('learning', 'hours', 'learning_hours', 'null', 'lms.learning_records')) -%}
{%- do measures.append(('budget', 'granted', 'budget_granted', 'null', 'lms.learning_grants')) -%}
{%- do measures.append(('budget', 'used', 'budget_used', 'null', 'lms.learning_grants')) -%}
-- Whoever was there at the start of a half-year and at its end had all of it to be offered something. An offer counts by
-- the day on which it was made, whatever came of it later.
with

cycles as (
    select distinct cycle_start, cycle_end, month_end from {{ ref('promotion_pools') }}
),

people as (
    select
        opening.worker_key, cycles.cycle_start, cycles.cycle_end, cast(opening.level as varchar) as level,
        opening.job_family
    from cycles
    inner join {{ ref('worker_months') }} as opening
        on cycles.month_end = opening.month_end and opening.is_employed_at_end
    semi join {{ ref('worker_months') }} as closing
        on
            cycles.cycle_end = closing.month_end
            and opening.worker_key = closing.worker_key
            and closing.is_employed_at_end
),

events as (
    select
        cycles.cycle_end, events.worker_key,
        {%- for name, condition, _ in offers %}
            max(case when {{ condition }} then 1 else 0 end) as {{ name }}_offered,
            max(case when {{ condition }} and accepted_at is not null then 1 else 0 end) as {{ name }}_taken,
            max(case when {{ condition }} and declined_at is not null then 1 else 0 end) as {{ name }}_declined,
        {%- endfor %}
        max(case when event_table = 'feedback_notes' then 1 else 0 end) as feedback_received
    from {{ ref('development_events') }} as events
    inner join cycles
        on events.happened_at >= cycles.cycle_start and events.happened_at < {{ add_days('cycles.cycle_end', 1) }}
    group by all
),

facts as (
    select
        cycles.cycle_end, facts.worker_key,
        sum(case when fact = 'own_learning_hours' then numerator end) as learning_hours,
        max(case when fact = 'budget_used' then 1 else 0 end) as budget_granted,
        avg(case when fact = 'budget_used' then numerator end) as budget_used
    from {{ ref('learning_facts') }} as facts
    inner join cycles on facts.happened_on >= cycles.cycle_start and facts.happened_on <= cycles.cycle_end
    where facts.fact in ('own_learning_hours', 'budget_used')
    group by all
),

reached as (
    select
        people.*, facts.budget_used,
        {%- for name, _, _ in offers %}
            coalesce(events.{{ name }}_offered, 0) as {{ name }}_offered,
            coalesce(events.{{ name }}_taken, 0) as {{ name }}_taken,
            coalesce(events.{{ name }}_declined, 0) as {{ name }}_declined,
        {%- endfor %}
        coalesce(events.feedback_received, 0) as feedback_received,
        coalesce(facts.learning_hours, 0) as learning_hours,
        coalesce(facts.budget_granted, 0) as budget_granted
    from people
    left join events on people.cycle_end = events.cycle_end and people.worker_key = events.worker_key
    left join facts on people.cycle_end = facts.cycle_end and people.worker_key = facts.worker_key
),

summed as (
    select
        {%- for _, _, value, declined, _ in measures %}
            count({{ value }}) as n_{{ loop.index }},
            cast(sum({{ value }}) as double) as total_{{ loop.index }},
            cast(sum({{ value }} * {{ value }}) as double) as squares_{{ loop.index }},
            sum({{ declined }}) as declined_{{ loop.index }},
        {%- endfor %}
        reached.cycle_end, reached.level, reached.job_family, groups.attribute, groups.group_value
    from reached
    inner join {{ ref('worker_groups') }} as groups
        on
            reached.worker_key = groups.worker_key
            and reached.cycle_start >= groups.valid_from
            and reached.cycle_start < groups.valid_to
    group by all
),

final as (
    {%- for opportunity, measure, _, _, input in measures %}
        select
            '{{ opportunity }}' as opportunity, '{{ measure }}' as measure, cycle_end, level, job_family, attribute,
            group_value, n_{{ loop.index }} as n, total_{{ loop.index }} as total, squares_{{ loop.index }} as total_squares,
            cast(declined_{{ loop.index }} as bigint) as n_declined
        from summed
        where
            n_{{ loop.index }} > 0
            and '{{ input }}' in (select input_name from {{ ref('stg_ledger__collected_inputs') }})
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
