-- grain: one table of cells as one audience would be handed it
with

minimums as (
    select * from marts.minimums
),

handed as (
    select
        'leadership.metric_values' as subject, sensitivity_class, minimum, status, n, numerator, value, ci_low,
        (metric = 'representation' and numerator > 0 and numerator < minimum) as is_small_group
    from leadership.metric_values inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.leader_indicators', sensitivity_class, leader_minimum, status, n, numerator, value,
        coalesce(ci_low, difference_low, change_low, p_value, shrunken_value, r_wg), false
    from leadership.leader_indicators inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_selection', sensitivity_class, minimum, status, least(n, coalesce(reference_n, n)), selected, rate,
        ratio_low, false
    from leadership.equity_selection inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_pay_gap', sensitivity_class, minimum, status, least(n, coalesce(nullif(reference_n, 0), n)),
        reference_n, coalesce(value, gap_percent), coalesce(ci_low, p_value, smallest_detectable_gap), false
    from leadership.equity_pay_gap inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_pay_gap_adjusted', sensitivity_class, minimum, status, least(n, reference_n), reference_n,
        coalesce(gap_percent, remediation_cost), coalesce(ci_low, explained, raw_gap_percent), false
    from leadership.equity_pay_gap_adjusted inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_representation', sensitivity_class, minimum, status,
        case when n_members > 0 then n_members else n end, n_members, share, ci_low, false
    from leadership.equity_representation inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_representation_walk', sensitivity_class, minimum, status,
        least(nullif(n, 0), nullif(n_members, 0), nullif(opening_members, 0), nullif(closing_members, 0)), n_members,
        share_effect, residual, false
    from leadership.equity_representation_walk inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_progression', sensitivity_class, minimum, status, least(n, coalesce(reference_n, n)), n_promoted,
        coalesce(hazard_ratio, incidence_12), ci_low, false
    from leadership.equity_progression inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_opportunity', sensitivity_class, minimum, status, least(n, coalesce(reference_n, n)), total, value,
        ci_low, false
    from leadership.equity_opportunity inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.equity_perception', sensitivity_class, minimum, status,
        least(n, coalesce(reference_n, n), coalesce(n_raters, n)), n_raters, mean, ci_low, false
    from leadership.equity_perception inner join minimums using (sensitivity_class)
    union all
    select
        'people.equity_perception', sensitivity_class, minimum, status,
        least(n, coalesce(reference_n, n), coalesce(n_raters, n)), n_raters, mean, ci_low, false
    from people.equity_perception inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.learning_effect', sensitivity_class, minimum, status, least(n_participants, n_comparison),
        participants_post_mean, effect, ci_low, false
    from leadership.learning_effect inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.development_review', sensitivity_class, minimum, status, n_people, n_due, plan_coverage,
        on_time_rate_change, false
    from leadership.development_review inner join minimums using (sensitivity_class)
    where status <> 'not_collected'
    union all
    select
        'leadership.reward_linkage', sensitivity_class, minimum, status, least(n, coalesce(n_rewarded, n)), n_rewarded,
        coefficient, ci_low, false
    from leadership.reward_linkage inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.career_paths', sensitivity_class, minimum, status, n_people, n_moves, median_months, null, false
    from leadership.career_paths inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.succession_bench', sensitivity_class, minimum, status,
        case when counted = 'positions' or n = 0 then total else n end, n, share, ci_low, false
    from leadership.succession_bench inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.nine_box', sensitivity_class, minimum, status, case when n = 0 then total else n end, n, share, ci_low,
        false
    from leadership.nine_box inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.promotion_opportunity', sensitivity_class, minimum, status, n, n_never_offered, share, ci_low, false
    from leadership.promotion_opportunity inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.promotion_backtest', sensitivity_class, minimum, status, least(n, coalesce(reference_n, n)), n_promoted,
        coalesce(conversion_rate, naive_mean_months_biased), coalesce(conversion_low, false_ready_rate, never_ready_rate),
        false
    from leadership.promotion_backtest inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.promotion_audit', sensitivity_class, minimum, status, least(n, coalesce(reference_n, n)), selected, rate,
        coalesce(ratio_low, p_value), false
    from leadership.promotion_audit inner join minimums using (sensitivity_class)
    union all
    select
        'leadership.promotion_calibration', sensitivity_class, minimum, status, case when n = 0 then total else n end, n,
        share, ci_low, false
    from leadership.promotion_calibration inner join minimums using (sensitivity_class)
    union all
    select
        'people.metric_values', sensitivity_class, minimum, status, n, numerator, value, ci_low, false
    from people.metric_values inner join minimums using (sensitivity_class)
    where sensitivity_class in ('survey', 'rater')
    union all
    select
        'people.leader_indicators', sensitivity_class, leader_minimum, status, n, numerator, value,
        coalesce(ci_low, difference_low, change_low, p_value, shrunken_value, r_wg), false
    from people.leader_indicators inner join minimums using (sensitivity_class)
    where sensitivity_class in ('survey', 'rater')
)

select
    subject,
    count(*) as n_cells,
    count(*) filter (where status = 'ok' and (n < minimum or is_small_group)) as n_small,
    count(*) filter (
        where status <> 'ok' and (n is not null or numerator is not null or value is not null or ci_low is not null)
    ) as n_leaking,
    count(*) filter (
        where status not in ('ok', 'merged_up', 'suppressed', 'insufficient', 'no_population', 'not_collected')
    ) as n_unknown_status
from handed
group by all
order by all
