-- Rater groups below the cycle's minimum are pooled into `others` before any mean; manager and self are exempt, for both
-- are known by name anyway. `all_others` is the mean of the groups shown, self left out, and is empty where none is.
with

ratings as (
    select * from {{ ref('feedback_ratings') }}
),

-- Grouping sets, written out: one row a rater over all items, and one a rater and competency.
rater_means as (
    select
        cycle_id, ratee_key, relationship, rater_token, '*' as competency_id, any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date, any_value(minimum) as minimum, avg(cast(score as double)) as score
    from ratings
    group by cycle_id, ratee_key, relationship, rater_token
    union all
    select
        cycle_id, ratee_key, relationship, rater_token, competency_id, any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date, any_value(minimum) as minimum, avg(cast(score as double)) as score
    from ratings
    where competency_id is not null
    group by cycle_id, ratee_key, relationship, rater_token, competency_id
),

sized as (
    select
        *,
        count(*) over (partition by cycle_id, ratee_key, competency_id, relationship) as n_raters
    from rater_means
),

pooled as (
    select
        *,
        case
            when relationship in ('self', 'manager') or n_raters >= minimum then relationship
            else 'others'
        end as rater_group
    from sized
),

groups as (
    select
        cycle_id,
        ratee_key,
        competency_id,
        rater_group,
        any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date,
        count(*) as n_raters,
        avg(score) as score,
        sum(score) as sum_score,
        sum(score * score) as sum_squares,
        rater_group in ('self', 'manager') or count(*) >= any_value(minimum) as is_shown
    from pooled
    group by cycle_id, ratee_key, competency_id, rater_group
),

overall as (
    select
        cycle_id,
        ratee_key,
        competency_id,
        'all_others' as rater_group,
        any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date,
        sum(n_raters) filter (where is_shown) as n_raters,
        avg(score) filter (where is_shown) as score,
        sum(sum_score) filter (where is_shown) as sum_score,
        sum(sum_squares) filter (where is_shown) as sum_squares,
        bool_or(is_shown) as is_shown
    from groups
    where rater_group <> 'self'
    group by cycle_id, ratee_key, competency_id
),

final as (
    select * from groups
    union all
    select * from overall
)

select
    cycle_id,
    ratee_key,
    competency_id,
    rater_group,
    quarter_end,
    closed_date,
    cast(coalesce(n_raters, 0) as integer) as n_raters,
    score,
    sum_score,
    sum_squares,
    coalesce(is_shown, false) as is_shown
from final
