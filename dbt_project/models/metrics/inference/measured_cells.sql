{%- set metrics = [
    'headcount', 'turnover', 'voluntary_turnover', 'promotion_rate', 'span_of_control', 'direct_reports',
    'engagement_index', 'favourable_answers', 'enps', 'response_rate', 'score_360', 'learning_hours_per_fte',
    'checkin_cadence', 'checkin_cadence_by_kind', 'contract_progress_rate', 'representation', 'feedback_participation',
    'plan_coverage', 'team_development', 'activity_mix', 'own_growth', 'posting_reach', 'development_reach',
    'team_changes', 'average_headcount', 'involuntary_turnover', 'regretted_turnover', 'cohort_retention',
    'high_potential_retention', 'internal_mobility', 'advancement', 'manager_ratio', 'layers', 'successor_coverage',
    'succession_readiness', 'internal_fill_rate'
] -%}
with

cells as (
    {%- for metric in metrics %}
        select * from {{ ref(metric) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

conventions as (
    select * from {{ ref('conventions') }}
),

final as (
    select
        cells.cell_number,
        cells.metric,
        cells.convention_id,
        conventions.is_default = 1 as is_default,
        conventions.sensitivity_class,
        case
            when cells.status = 'ok' then conventions.interval else 'none'
        end as interval_method,
        cast(conventions.scale as double) as scale,
        cells.period_start,
        cells.period_end,
        cells.segment_kind,
        cells.segment_id,
        cells.attribute,
        cells.group_value,
        cells.n_people,
        cells.n,
        cells.numerator,
        cells.denominator,
        cells.sum_squares,
        cells.sum_cross,
        cells.sum_denominator_squares,
        cells.order_low,
        cells.order_high,
        cells.status
    from cells
    inner join conventions on cells.metric = conventions.metric and cells.convention_id = conventions.convention_id
)

select * from final
