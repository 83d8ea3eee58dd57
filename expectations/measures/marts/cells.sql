-- grain: one convention of one metric, over all its cells
select
    metric || '.' || convention_id as subject,
    count(*) as n_cells,
    count(*) filter (where status = 'ok' and (value is null or n is null)) as n_ok_without_number,
    count(*) filter (where status <> 'ok' and coalesce(value, n, numerator, denominator) is not null) as n_numbers_not_ok,
    count(*) filter (where ci_low > value + 1e-9 or ci_high < value - 1e-9) as n_outside_interval,
    count(*) filter (where unit = 'share' and (value < 0 or value > 1) and interval_method <> 'garwood') as n_impossible
from marts.metric_values
inner join marts.metric_conventions using (metric, convention_id)
group by all
order by all
