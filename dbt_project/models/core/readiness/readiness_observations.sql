-- One measure a rule, each as a list of dated observations; what counts and how much is the ladder's business, not ours.
-- Time in level is no observation: it is told by the level itself. Nobody attests for themselves: a review whose reviewer is
-- the person reviewed is a finding and no evidence. Means are rounded, for threads add in any order and a case is to be told
-- again to the bit.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

tags as (
    select worker_key, completed_at, hours, load_seq, concat(';', coalesce(competency_tags, ''), ';') as tags
    from {{ ref('learning') }}
    where status = 'completed' and hours is not null
),

reviews as (
    select review_id, worker_key, reviewed_date, rating, load_seq
    from {{ ref('stg_hris__performance_reviews') }}
    where reviewer_key is null or reviewer_key <> worker_key
),

competencies as (
    select competency_id from {{ ref('stg_talent__competencies') }}
),

observations as (
    select
        ratee_key as worker_key, 'competency_360' as rule, competency_id, closed_date as observed_on,
        round(cast(score as double), 6) as measure, 'feedback360.feedback_ratings' as evidence_table, load_seq
    from {{ ref('ratee_scores') }}
    where rater_group = 'all_others' and is_shown and competency_id <> '*'
    union all
    select
        reviews.worker_key, 'competency_review', ratings.competency_id, reviews.reviewed_date, ratings.rating,
        'hris.review_ratings', ratings.load_seq
    from {{ ref('stg_hris__review_ratings') }} as ratings
    inner join reviews on ratings.review_id = reviews.review_id
    union all
    select worker_key, 'rating', null, reviewed_date, rating, 'hris.performance_reviews', load_seq
    from reviews
    where rating is not null
    union all
    select worker_key, 'learning_hours', null, cast(completed_at as date), hours, 'lms.learning_records', load_seq
    from tags
    union all
    select
        tags.worker_key, 'learning_hours', competencies.competency_id, cast(tags.completed_at as date), tags.hours,
        'lms.learning_records', tags.load_seq
    from tags
    inner join competencies on tags.tags like concat('%;', competencies.competency_id, ';%')
    union all
    select mentor_key, 'mentoring_given', null, cast(accepted_at as date), 1, 'talent.mentorships', load_seq
    from {{ ref('stg_talent__mentorships') }}
    where accepted_at is not null
    union all
    select
        worker_key, 'led_initiative', null, cast(coalesce(start_date, accepted_at) as date), 1, 'talent.assignments',
        load_seq
    from {{ ref('stg_talent__assignments') }}
    where role = 'lead' and accepted_at is not null and (is_cross_functional or is_critical)
    union all
    select leader_key, 'milestones_met', null, cast(met_at as date), 1, 'talent.contract_milestones', load_seq
    from {{ ref('contract_milestones') }}
    where milestone_status in ('met_on_time', 'met_late')
    union all
    select leader_key, 'team_uplift', null, observed_on, round(uplift, 6), 'survey.survey_answers', load_seq
    from {{ ref('team_uplift') }}
),

final as (
    select
        observations.worker_key,
        observations.rule,
        observations.competency_id,
        observations.observed_on,
        observations.measure,
        observations.evidence_table,
        observations.load_seq
    from observations
    cross join parameters
    where observations.worker_key is not null and observations.observed_on <= parameters.as_of
)

select * from final
