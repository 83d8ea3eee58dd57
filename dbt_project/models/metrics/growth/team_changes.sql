-- Matched are leaders of the same level who began in the same third: whoever began low rises by chance alone. The cell has
-- the moments of a sample with this mean and this variance, which is all that its interval asks for.
with

placed as (
    select worker_key, quarter_end, max(level) as level
    from {{ ref('worker_months') }}
    where month_end = quarter_end and is_employed_at_end
    group by worker_key, quarter_end
),

engagement as (
    select
        'team_uplift' as metric,
        leader_key,
        {{ quarter_end('observed_on') }} as quarter_end,
        n_people as n,
        uplift as change,
        started_at,
        variance
    from {{ ref('team_uplift') }}
    qualify row_number() over (partition by leader_key, {{ quarter_end('observed_on') }} order by observed_on desc) = 1
),

rated as (
    select
        ratee_key,
        quarter_end,
        {{ quarter_number('quarter_end') }} as quarter_number,
        n_raters,
        score,
        (sum_squares / n_raters - score * score) / nullif(n_raters - 1, 0) as variance
    from {{ ref('ratee_scores') }}
    where competency_id = '*' and rater_group = 'direct_report' and is_shown
    qualify row_number() over (partition by ratee_key, quarter_end order by closed_date desc, cycle_id desc) = 1
),

ratings as (
    select
        'team_uplift_360' as metric,
        later.ratee_key as leader_key,
        later.quarter_end,
        later.n_raters as n,
        later.score - earlier.score as change,
        earlier.score as started_at,
        later.variance + earlier.variance as variance
    from rated as later
    inner join rated as earlier
        on later.ratee_key = earlier.ratee_key and later.quarter_number = earlier.quarter_number + 4
),

changes as (
    select metric, leader_key, quarter_end, n, change, started_at, variance from engagement
    union all
    select metric, leader_key, quarter_end, n, change, started_at, variance from ratings
),

thirds as (
    select
        changes.*,
        placed.level,
        ntile(3) over (partition by changes.metric, changes.quarter_end order by changes.started_at) as third
    from changes
    inner join placed on changes.leader_key = placed.worker_key and changes.quarter_end = placed.quarter_end
),

matched as (
    select
        metric, quarter_end, level, third,
        count(*) as n_leaders, sum(change) as sum_change, sum(change * change) as sum_change_squares
    from thirds
    where level is not null
    group by metric, quarter_end, level, third
),

-- The mean of the others, and the variance of that mean; fewer than three others are no match.
compared as (
    select
        thirds.*,
        matched.n_leaders - 1 as n_others,
        (matched.sum_change - thirds.change) / (matched.n_leaders - 1) as others_change,
        (
            (matched.sum_change_squares - thirds.change * thirds.change) / (matched.n_leaders - 1)
            - power((matched.sum_change - thirds.change) / (matched.n_leaders - 1), 2)
        ) / (matched.n_leaders - 2) as others_variance
    from thirds
    inner join matched
        on
            thirds.metric = matched.metric
            and thirds.quarter_end = matched.quarter_end
            and thirds.level = matched.level
            and thirds.third = matched.third
    where matched.n_leaders >= 4
),

estimated as (
    select metric, 'own_change' as convention_id, quarter_end, leader_key, n, change as mean, variance from changes
    union all
    select
        metric, 'against_matched_teams', quarter_end, leader_key, n, change - others_change,
        variance + greatest(others_variance, 0)
    from compared
),

measured as (
    select
        metric,
        convention_id,
        quarter_end as period_end,
        'leader_direct' as segment_kind,
        leader_key as segment_id,
        n,
        n * mean as numerator,
        n as denominator,
        n * (n - 1) * variance + n * mean * mean as sum_squares,
        n > 1 and variance is not null as is_sufficient
    from estimated
),

final as (
    {{ metric_cells('team_uplift', "(select * from measured where metric = 'team_uplift')", moments=['sum_squares']) }}
    union all
    {{ metric_cells('team_uplift_360', "(select * from measured where metric = 'team_uplift_360')",
        moments=['sum_squares']) }}
)

select * from final
