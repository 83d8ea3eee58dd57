-- Rater groups below the cycle's minimum are pooled into `others` before any mean; manager and self are exempt, for both
-- are known by name anyway. `all_others` is the mean of the groups shown, self left out, and is empty where none is.
with

ratings as (
    select * from {{ ref('feedback_ratings') }}
),

rater_items as (
    select
        cycle_id, ratee_key, relationship, rater_token, competency_id, any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date, any_value(minimum) as minimum,
        sum(cast(score as double)) as sum_scores, count(score) as n_scores,
        max(load_seq) as load_seq
    from ratings
    group by cycle_id, ratee_key, relationship, rater_token, competency_id
),

-- Grouping sets, written out: one row a rater over all items, and one a rater and competency.
rater_means as (
    select
        cycle_id, ratee_key, relationship, '*' as competency_id, any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date, any_value(minimum) as minimum, sum(sum_scores) / sum(n_scores) as score,
        max(load_seq) as load_seq
    from rater_items
    group by cycle_id, ratee_key, relationship, rater_token
    union all
    select
        cycle_id, ratee_key, relationship, competency_id, quarter_end, closed_date, minimum,
        sum_scores / n_scores as score, load_seq
    from rater_items
    where competency_id is not null
),

relationships as (
    select
        cycle_id,
        ratee_key,
        competency_id,
        relationship,
        any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date,
        any_value(minimum) as minimum,
        count(score) as n_raters,
        sum(score) as sum_score,
        sum(score * score) as sum_squares,
        max(load_seq) as load_seq
    from rater_means
    group by cycle_id, ratee_key, competency_id, relationship
),

pooled as (
    select
        *,
        case
            when relationship in ('self', 'manager') or n_raters >= minimum then relationship
            else 'others'
        end as rater_group
    from relationships
),

groups as (
    select
        cycle_id,
        ratee_key,
        competency_id,
        rater_group,
        any_value(quarter_end) as quarter_end,
        any_value(closed_date) as closed_date,
        sum(n_raters) as n_raters,
        sum(sum_score) / sum(n_raters) as score,
        sum(sum_score) as sum_score,
        sum(sum_squares) as sum_squares,
        rater_group in ('self', 'manager') or sum(n_raters) >= any_value(minimum) as is_shown,
        max(load_seq) as load_seq
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
        bool_or(is_shown) as is_shown,
        max(load_seq) as load_seq
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
    coalesce(is_shown, false) as is_shown,
    load_seq
from final
