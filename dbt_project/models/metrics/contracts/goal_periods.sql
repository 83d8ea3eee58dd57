with

goals as (
    select * from {{ ref('goals') }}
),

periods as (
    select *, row_number() over (partition by grain order by period_end desc) = 1 as is_last_of_all
    from {{ ref('periods') }}
),

cells as (
    select
        metric, convention_id, segment_kind, segment_id, period_end, n_people, is_hidden, n, value, ci_low, ci_high,
        status
    from {{ ref('metric_cells_inferred') }}
    where is_default and attribute is null
    union all
    select
        measure, 'asserted', segment_kind, segment_id, quarter_end, null, false, null, value, null, null, 'ok'
    from {{ ref('asserted_values') }}
),

-- Few goals against many cells: the join is an equality on what names a cell.
measurements as (
    select
        goals.goal_kind, goals.goal_id, cells.period_end, cells.n_people, cells.is_hidden, cells.n, cells.value,
        cells.ci_low, cells.ci_high, cells.status, cells.period_end <= goals.baseline_date as is_before
    from cells
    inner join goals
        on
            cells.metric = goals.metric
            and cells.convention_id = goals.convention_id
            and cells.segment_kind = goals.segment_kind
            and cells.segment_id = goals.segment_id
    where
        goals.defect is null
        and cells.period_end > {{ add_months('goals.baseline_date', -12) }}
        and cells.period_end < {{ add_months('goals.due_date', 3) }}
),

baselines as (
    select
        goal_kind, goal_id, value as measured_baseline, n_people as n_people_of_baseline, is_hidden as is_baseline_hidden
    from measurements
    where is_before and status = 'ok'
    qualify row_number() over (partition by goal_kind, goal_id order by period_end desc) = 1
),

-- Up to the first period that reaches the due date; a goal that has no period yet, or never can, has a row in the last.
watched as (
    select goals.*, periods.period_start, periods.period_end
    from goals
    inner join periods
        on
            goals.grain = periods.grain
            and goals.defect is null
            and goals.baseline_date < periods.period_end
            and goals.due_date >= periods.period_start
),

all_rows as (
    select * from watched
    union all
    select goals.*, periods.period_start, periods.period_end
    from goals
    inner join periods on goals.grain = periods.grain and periods.is_last_of_all
    anti join watched on goals.goal_kind = watched.goal_kind and goals.goal_id = watched.goal_id
),

-- Waves are rarer than quarters: the last one since the start stands until the next. What is measured in every period and
-- has no cell in one has nobody there.
latest as (
    select
        all_rows.goal_kind,
        all_rows.goal_id,
        all_rows.period_end,
        measurements.period_end as measured_on
    from all_rows
    asof inner join measurements
        on
            all_rows.goal_kind = measurements.goal_kind
            and all_rows.goal_id = measurements.goal_id
            and all_rows.period_end >= measurements.period_end
    where
        not measurements.is_before
        and (all_rows.is_measured_rarely or all_rows.period_end = measurements.period_end)
),

final as (
    select
        all_rows.*,
        latest.measured_on,
        measurements.n_people,
        measurements.is_hidden,
        measurements.n,
        measurements.value,
        measurements.ci_low,
        measurements.ci_high,
        measurements.status as cell_status,
        baselines.measured_baseline,
        baselines.n_people_of_baseline,
        baselines.is_baseline_hidden
    from all_rows
    left join latest
        on
            all_rows.goal_kind = latest.goal_kind
            and all_rows.goal_id = latest.goal_id
            and all_rows.period_end = latest.period_end
    left join measurements
        on
            latest.goal_kind = measurements.goal_kind
            and latest.goal_id = measurements.goal_id
            and latest.measured_on = measurements.period_end
    left join baselines on all_rows.goal_kind = baselines.goal_kind and all_rows.goal_id = baselines.goal_id
)

select * from final
