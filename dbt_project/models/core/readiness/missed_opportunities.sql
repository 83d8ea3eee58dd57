{#- what would have closed the gap: the events that are an offer of it, and the criteria that it serves -#}
{%- set opportunities = {
    'stretch_work': ('assignments', ['led_initiative']),
    'mentor': ('mentorships', ['competency_360', 'competency_review', 'rating']),
    'programme_seat': ('program_enrolments', ['learning_hours', 'mentoring_given']),
} -%}
-- Being offered something is the company's decision; taking it is the person's. What was never recorded was not withheld.
with

criteria as (
    select *
    from {{ ref('readiness_criteria') }}
    where knowledge = 'current' and not is_track_change
),

met_groups as (
    select distinct worker_key, one_of_group from criteria where one_of_group is not null and criterion_status = 'met'
),

lacking as (
    select distinct
        criteria.worker_key, criteria.as_of,
        case
            {%- for name, (_, rules) in opportunities.items() %}
                when criteria.rule in ('{{ rules | join("', '") }}')
                    then '{{ name }}'
            {%- endfor %}
        end as opportunity
    from criteria
    left join met_groups
        on criteria.worker_key = met_groups.worker_key and criteria.one_of_group = met_groups.one_of_group
    where criteria.criterion_status <> 'met' and met_groups.worker_key is null
),

offers as (
    select
        worker_key, cast(happened_at as date) as offered_on,
        case
            {%- for name, (table, _) in opportunities.items() %}
                when event_table = '{{ table }}' then '{{ name }}'
            {%- endfor %}
        end as opportunity
    from {{ ref('development_events') }}
    where happened_at is not null
),

recorded as (
    select distinct opportunity from offers where opportunity is not null
),

offered as (
    select distinct lacking.worker_key, lacking.opportunity
    from lacking
    inner join offers
        on
            lacking.worker_key = offers.worker_key
            and lacking.opportunity = offers.opportunity
            and offers.offered_on > {{ add_months('lacking.as_of', -var('months_of_offers')) }}
),

places as (
    select worker_key, month_end, org_unit_id, level, track, manager_key
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = (select max(month_end) from {{ ref('months') }})
),

final as (
    select
        lacking.worker_key,
        lacking.as_of,
        lacking.opportunity,
        offered.worker_key is not null as is_offered,
        places.month_end,
        places.org_unit_id,
        places.level,
        places.track,
        places.manager_key
    from lacking
    inner join recorded on lacking.opportunity = recorded.opportunity
    inner join places on lacking.worker_key = places.worker_key
    left join offered on lacking.worker_key = offered.worker_key and lacking.opportunity = offered.opportunity
)

select * from final
