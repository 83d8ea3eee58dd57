with

conventions as (
    select * from {{ ref('conventions') }}
),

-- a metric may be fed by one input or another: `requires` lists them with a bar between
collected as (
    select distinct conventions.metric, conventions.convention_id
    from conventions
    inner join {{ ref('stg_ledger__collected_inputs') }} as inputs
        on concat('|', conventions.requires, '|') like concat('%|', inputs.input_name, '|%')
),

periods as (
    select * from {{ ref('periods') }}
),

segments as (
    select 'month' as grain, month_end as period_end, segment_kind, segment_id, n_employed from {{ ref('segments') }}
    union all
    select 'quarter' as grain, quarter_end as period_end, segment_kind, segment_id, max(n_employed) as n_employed
    from {{ ref('segments') }}
    group by all
),

groups as (
    select distinct attribute, group_value from {{ ref('worker_groups') }}
),

-- Surveys, 360 cycles and promotion cycles have cells only in quarters in which one closed.
waves as (
    select distinct 'survey' as periods, quarter_end as period_end from {{ ref('survey_waves') }}
    union
    select distinct 'feedback360' as periods, quarter_end as period_end from {{ ref('feedback_ratings') }}
    union
    select distinct 'promotion' as periods, cycle_end as period_end from {{ ref('promotion_pools') }}
),

wanted as (
    select
        conventions.metric,
        conventions.convention_id,
        conventions.divided_from,
        {{ split_rows('conventions.segments', ';') }} as segment_kind,
        periods.grain,
        periods.period_start,
        periods.period_end,
        periods.last_month_number,
        collected.metric is not null as is_collected
    from conventions
    inner join periods on conventions.grain = periods.grain
    left join collected
        on conventions.metric = collected.metric and conventions.convention_id = collected.convention_id
    left join waves on conventions.periods = waves.periods and periods.period_end = waves.period_end
    where conventions.periods = 'all' or waves.periods is not null or collected.metric is null
),

wanted_cells as (
    select
        wanted.metric,
        wanted.convention_id,
        wanted.period_start,
        wanted.period_end,
        segments.segment_kind,
        segments.segment_id,
        wanted.is_collected,
        wanted.divided_from is not null and wanted.is_collected as is_divided,
        wanted.divided_from <= segments.n_employed as is_large
    from wanted
    inner join segments
        on
            wanted.grain = segments.grain
            and wanted.period_end = segments.period_end
            and wanted.segment_kind = segments.segment_kind
),

-- A segment is divided by group from `divided_from` people on: below 30 the interval of a share is wider than ±17 points
-- and most parts are hidden anyway. At 100,000 people in teams of ten that spares nine cells in ten.
divided as (
    select wanted_cells.*, groups.attribute, groups.group_value
    from wanted_cells
    cross join groups
    where wanted_cells.is_divided and wanted_cells.is_large
    union all
    select *, null, null
    from wanted_cells
    where not is_divided
),

final as (
    select
        row_number() over () as cell_number,
        metric,
        convention_id,
        period_start,
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        is_collected
    from divided
)

select * from final
