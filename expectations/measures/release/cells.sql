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
