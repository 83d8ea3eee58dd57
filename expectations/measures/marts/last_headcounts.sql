-- grain: one month that the last release covered too
select
    'company headcount ' || period_end as subject,
    old.value as previous_headcount,
    new.value / nullif(old.value, 0) as ratio,
    null::double as change
from marts.metric_values as new
inner join last_release.metric_values as old using (metric, convention_id, segment_kind, segment_id, period_end)
where metric = 'headcount' and segment_kind = 'company'
order by all
