{%- set outcomes = ['score_360', 'rating', 'team_checkins', 'promotion', 'retention'] -%}
{%- set stratum = ['cohort_year', 'level', 'job_family', 'tenure_band', 'has_team', 'rating_band'] -%}
-- Coarsened exact matching (Iacus, King and Porro 2012): who shares a stratum is compared. A person whom several quarters of
-- a year could compare with is one person, with the mean of what they show: repeated, they would feign certainty.
with

people as (
    select * from {{ ref('cohort_people') }}
),

starts as (
    select worker_key, programme, quarter_number from {{ ref('programme_starts') }}
),

-- Within a year before or after their own start of a programme nobody is a comparison for it.
touched as (
    select
        starts.programme,
        starts.worker_key,
        cohorts.quarter_number,
        bool_or(starts.quarter_number = cohorts.quarter_number) as starts_now,
        bool_or(starts.quarter_number < cohorts.quarter_number) as started_before
    from starts
    inner join (select distinct quarter_number from people) as cohorts
        on
            starts.quarter_number >= cohorts.quarter_number - 4
            and starts.quarter_number <= cohorts.quarter_number + 4
    group by starts.programme, starts.worker_key, cohorts.quarter_number
),

participants as (
    select touched.programme, people.*
    from touched
    inner join people on touched.worker_key = people.worker_key and touched.quarter_number = people.quarter_number
    where touched.starts_now and not touched.started_before
),

strata as (
    select distinct programme, {{ stratum | join(', ') }} from participants
),

comparable as (
    select strata.programme, people.*
    from strata
    inner join people
        on
            strata.cohort_year = people.cohort_year
            {%- for column in stratum[1:] %}
                and strata.{{ column }} = people.{{ column }}
            {%- endfor %}
    left join touched
        on
            strata.programme = touched.programme
            and people.worker_key = touched.worker_key
            and people.quarter_number = touched.quarter_number
    where touched.worker_key is null
),

sides as (
    select true as is_participant, * from participants
    union all
    select false as is_participant, * from comparable
),

persons as (
    select
        programme,
        is_participant,
        worker_key,
        {%- for outcome in outcomes %}
            avg(case when {{ outcome }}_post is not null then {{ outcome }}_pre end) as {{ outcome }}_pre,
            avg(case when {{ outcome }}_pre is not null then {{ outcome }}_post end) as {{ outcome }}_post,
        {%- endfor %}
        {{ stratum | join(', ') }}
    from sides
    group by programme, is_participant, worker_key, {{ stratum | join(', ') }}
),

measured as (
    {%- for outcome in outcomes %}
        select
            programme, is_participant, {{ stratum | join(', ') }}, '{{ outcome }}' as outcome,
            {{ outcome }}_pre as pre, {{ outcome }}_post as post
        from persons
        where {{ outcome }}_pre is not null
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        programme,
        outcome,
        {{ stratum | join(',
        ') }},
        is_participant,
        count(*) as n,
        sum(pre) as sum_pre,
        sum(post) as sum_post,
        sum(post * post) as sum_post_squares,
        sum(post - pre) as sum_change,
        sum((post - pre) * (post - pre)) as sum_change_squares
    from measured
    group by programme, outcome, is_participant, {{ stratum | join(', ') }}
)

select * from final
