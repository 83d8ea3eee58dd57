-- For places n counts people rated; for a leader's own scores it counts raters, and the mean over groups stands.
with

scores as (
    select * from {{ ref('ratee_scores') }} where competency_id = '*' and is_shown
),

groups as (
    select 'score_360' as metric, 'mean_of_shown_groups' as convention_id, 'all_others' as rater_group
    union all
    select 'score_360_self', 'own_mean', 'self'
    union all
    select 'score_360_manager', 'mean_over_raters', 'manager'
    union all
    select 'score_360_peer', 'mean_over_raters', 'peer'
    union all
    select 'score_360_direct_report', 'mean_over_raters', 'direct_report'
),

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

-- one cycle a quarter: the last to close
latest as (
    select groups.metric, groups.convention_id, scores.*
    from scores
    inner join groups on scores.rater_group = groups.rater_group
    qualify row_number() over (
        partition by groups.metric, scores.ratee_key, scores.quarter_end
        order by scores.closed_date desc, scores.cycle_id desc
    ) = 1
),

placed as (
    select
        latest.metric,
        latest.convention_id,
        latest.quarter_end,
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        1 as n_people,
        latest.score,
        latest.score * latest.score as score_squared
    from latest
    cross join last_month
    inner join {{ ref('worker_months') }} as months
        on
            latest.ratee_key = months.worker_key
            and least({{ month_end('latest.closed_date') }}, last_month.month_end) = months.month_end
),

segmented as (
    {{ roll_up('placed', ['metric', 'convention_id', 'quarter_end'], ['n_people', 'score', 'score_squared'],
        ['company', 'org_unit', 'level']) }}
),

final as (
    select
        metric, convention_id, quarter_end as period_end, segment_kind, segment_id,
        n_people as n, score as numerator, n_people as denominator, score_squared as sum_squares,
        n_people > 1 as is_sufficient
    from segmented
    union all
    select
        metric, convention_id, quarter_end as period_end, 'leader_direct' as segment_kind, ratee_key as segment_id,
        n_raters as n, score * n_raters as numerator, n_raters as denominator,
        -- the spread is that of the raters about the mean of the groups
        sum_squares - 2 * score * sum_score + 2 * n_raters * score * score as sum_squares,
        true as is_sufficient
    from latest
)

select * from final
