-- grain: one row; the headcount of the newest month beside that of the month before
select
    'company headcount' as subject,
    max_by(value, period_end) as headcount,
    max_by(previous, period_end) as previous_headcount,
    max_by(value, period_end) / nullif(max_by(previous, period_end), 0) as ratio
from (
    select period_end, value, lag(value) over (order by period_end) as previous
    from marts.metric_values
    where metric = 'headcount' and segment_kind = 'company'
)
