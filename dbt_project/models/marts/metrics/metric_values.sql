-- A count by group is handed out only by the pattern of its population: what no pattern holds stays inside.
with

cells as (
    select * from {{ ref('metric_cells_inferred') }} where segment_kind in ('company', 'org_unit', 'level')
),

patterns as (
    select populations.metric, patterns.*
    from {{ ref('headcount_pattern') }} as patterns
    inner join {{ ref('released_populations') }} as populations on patterns.population = populations.population
),

final as (
    select
        cells.metric,
        cells.convention_id,
        cells.is_default,
        cells.sensitivity_class,
        cells.period_start,
        cells.period_end,
        cells.segment_kind,
        cells.segment_id,
        cells.attribute,
        cells.group_value,
        cells.n_people,
        cells.is_hidden or coalesce(patterns.is_hidden, cells.attribute is not null) as is_hidden,
        cells.n,
        cells.numerator,
        cells.denominator,
        cells.value,
        cells.ci_low,
        cells.ci_high,
        cells.status,
        cast(null as varchar) as verdict
    from cells
    left join patterns
        on
            cells.metric = patterns.metric
            and cells.period_end = patterns.period_end
            and cells.segment_kind = patterns.segment_kind
            and cells.segment_id = patterns.segment_id
            and cells.attribute = patterns.attribute
            and cells.group_value = patterns.group_value
)

select * from final
