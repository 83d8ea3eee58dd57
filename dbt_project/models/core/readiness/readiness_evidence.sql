-- One measure a rule, each as a list of dated observations; what counts and how much is the ladder's business, not ours.
with

employed as (
    select months.worker_key, months.level_since, parameters.as_of
    from {{ ref('worker_months') }} as months
    cross join {{ ref('run_parameters') }} as parameters
    where months.is_employed_at_end and months.month_end = (select max(month_end) from {{ ref('months') }})
),

tags as (
    select worker_key, completed_at, hours, concat(';', coalesce(competency_tags, ''), ';') as tags
    from {{ ref('learning') }}
    where status = 'completed' and hours is not null
),

competencies as (
    select competency_id from {{ ref('stg_talent__competencies') }}
),

observations as (
    select
        worker_key, 'months_in_level' as rule, cast(null as varchar) as competency_id, as_of as observed_on,
        cast({{ full_months('level_since', 'as_of') }} as double) as measure
    from employed
    where level_since is not null
    union all
    select ratee_key, 'competency_360', competency_id, closed_date, score
    from {{ ref('ratee_scores') }}
    where rater_group = 'all_others' and is_shown and competency_id <> '*'
    union all
    select reviews.worker_key, 'competency_review', ratings.competency_id, reviews.reviewed_date, ratings.rating
    from {{ ref('stg_hris__review_ratings') }} as ratings
    inner join {{ ref('stg_hris__performance_reviews') }} as reviews on ratings.review_id = reviews.review_id
    union all
    select worker_key, 'rating', null, reviewed_date, rating
    from {{ ref('stg_hris__performance_reviews') }}
    where rating is not null
    union all
    select worker_key, 'learning_hours', null, cast(completed_at as date), hours from tags
    union all
    select tags.worker_key, 'learning_hours', competencies.competency_id, cast(tags.completed_at as date), tags.hours
    from tags
    inner join competencies on tags.tags like concat('%;', competencies.competency_id, ';%')
    union all
    select mentor_key, 'mentoring_given', null, cast(accepted_at as date), 1
    from {{ ref('stg_talent__mentorships') }}
    where accepted_at is not null
    union all
    select worker_key, 'led_initiative', null, cast(coalesce(start_date, accepted_at) as date), 1
    from {{ ref('stg_talent__assignments') }}
    where role = 'lead' and accepted_at is not null and (is_cross_functional or is_critical)
    union all
    select leader_key, 'milestones_met', null, cast(met_at as date), 1
    from {{ ref('contract_milestones') }}
    where milestone_status in ('met_on_time', 'met_late')
    union all
    select leader_key, 'team_uplift', null, observed_on, uplift from {{ ref('team_uplift') }}
),

final as (
    select
        observations.worker_key, observations.rule, observations.competency_id, observations.observed_on,
        observations.measure
    from observations
    semi join employed on observations.worker_key = employed.worker_key
    cross join {{ ref('run_parameters') }} as parameters
    where observations.observed_on <= parameters.as_of
)

select * from final
