-- One score a person: of those who answer the survey their index, of those who are rated the mean of the groups of others
-- shown, and for each group of raters the mean of what raters of that group gave. Two scales in one quarter have no mean.
with

mixed as (
    select quarter_end
    from {{ ref('feedback_ratings') }}
    group by quarter_end
    having count(distinct scale_max) > 1 or count(distinct scale_min) > 1
),

groups as (
    select * from {{ ref('worker_groups') }}
),

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

engagement as (
    select
        'engagement_index' as measure, '*' as rater_group_value, people.quarter_end, people.level, held.attribute,
        held.group_value, people.engagement_mean as score
    from {{ ref('survey_people') }} as people
    inner join {{ ref('survey_groups') }} as held
        on people.survey_id = held.survey_id and people.respondent_token = held.respondent_token
    where people.engagement_mean is not null
),

-- one cycle a quarter: the last to close
rated as (
    select scores.cycle_id, scores.ratee_key, scores.quarter_end, scores.closed_date, scores.score, months.level
    from {{ ref('ratee_scores') }} as scores
    cross join last_month
    left join {{ ref('worker_months') }} as months
        on
            scores.ratee_key = months.worker_key
            and least({{ month_end('scores.closed_date') }}, last_month.month_end) = months.month_end
    where
        scores.is_shown and scores.rater_group = 'all_others' and scores.competency_id = '*'
        and scores.quarter_end not in (select quarter_end from mixed)
    qualify row_number() over (
        partition by scores.ratee_key, scores.quarter_end order by scores.closed_date desc, scores.cycle_id desc
    ) = 1
),

grouped as (
    select rated.*, groups.attribute, groups.group_value
    from rated
    inner join groups
        on
            rated.ratee_key = groups.worker_key
            and rated.closed_date >= groups.valid_from
            and rated.closed_date < groups.valid_to
),

-- raters with their groups first: joined by attribute alone, everybody would meet everybody
raters as (
    select cycle_id, ratee_key, rater_key, closed_date, avg(cast(score as double)) as score
    from {{ ref('feedback_ratings') }}
    where relationship <> 'self' and rater_key is not null
    group by cycle_id, ratee_key, rater_key, closed_date
),

grouped_raters as (
    select raters.cycle_id, raters.ratee_key, raters.rater_key, raters.score, groups.attribute, groups.group_value
    from raters
    inner join groups
        on
            raters.rater_key = groups.worker_key
            and raters.closed_date >= groups.valid_from
            and raters.closed_date < groups.valid_to
),

rated_by as (
    select
        grouped.quarter_end, grouped.level, grouped.attribute, grouped.group_value, grouped.ratee_key, raters.rater_key,
        raters.score, raters.group_value as rater_group_value
    from grouped
    inner join grouped_raters as raters
        on
            grouped.cycle_id = raters.cycle_id
            and grouped.ratee_key = raters.ratee_key
            and grouped.attribute = raters.attribute
),

pairs as (
    select quarter_end, level, attribute, group_value, ratee_key, rater_group_value, avg(score) as score
    from rated_by
    group by quarter_end, level, attribute, group_value, ratee_key, rater_group_value
),

pair_raters as (
    select quarter_end, level, attribute, group_value, rater_group_value, count(distinct rater_key) as n_raters
    from rated_by
    group by quarter_end, level, attribute, group_value, rater_group_value
),

scored as (
    select * from engagement
    union all
    select 'score_360', '*', quarter_end, level, attribute, group_value, score from grouped
    union all
    select 'score_360', rater_group_value, quarter_end, level, attribute, group_value, score from pairs
),

cells as (
    select
        measure, rater_group_value, quarter_end, level, attribute, group_value, count(*) as n, sum(score) as total,
        sum(score * score) as total_squares
    from scored
    group by measure, rater_group_value, quarter_end, level, attribute, group_value
),

final as (
    select
        cells.measure, cells.rater_group_value, cells.quarter_end as period_end, cast(cells.level as varchar) as level,
        cells.attribute, cells.group_value, cells.n, cells.total, cells.total_squares, pair_raters.n_raters
    from cells
    left join pair_raters
        on
            cells.rater_group_value = pair_raters.rater_group_value
            and cells.quarter_end = pair_raters.quarter_end
            and cells.level is not distinct from pair_raters.level
            and cells.attribute = pair_raters.attribute
            and cells.group_value = pair_raters.group_value
)

select * from final
