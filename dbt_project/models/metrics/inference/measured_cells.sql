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
    select conventions.*, classes.minimum, classes.leader_minimum
    from {{ ref('conventions') }} as conventions
    inner join {{ ref('sensitivity_classes') }} as classes on conventions.sensitivity_class = classes.sensitivity_class
),

agreement as (
    select * from {{ ref('item_agreement') }}
),

comparability as (
    select * from {{ ref('comparability') }}
),

-- the unit or the organisation that a segment is right inside of
wholes as (
    select month_end as period_end, 'org_unit' as segment_kind, org_unit_id as segment_id, ancestor_id as whole_id
    from {{ ref('org_tree') }}
    where depth = 1
    union all
    select month_end, 'leader_org', leader_key, ancestor_key
    from {{ ref('manager_tree') }}
    where depth = 1
),

-- Leaders are compared with those whose cells may be shown, or a mean of peers would tell the one that is hidden.
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
        agreement.item_variance,
        agreement.null_variance,
        agreement.n_items,
        comparability.comparable_since,
        case
            when cells.segment_kind like 'leader%' then conventions.leader_minimum else conventions.minimum
        end as minimum,
        case when cells.segment_kind = 'leader_direct' then cells.segment_id else wholes.whole_id end as whole_id,
        coalesce(
            cells.segment_kind in ('leader_direct', 'leader_org', 'leader_self')
            and cells.status = 'ok'
            and cells.n_people >= conventions.leader_minimum,
            false
        ) as is_comparable,
        cells.status
    from cells
    inner join conventions on cells.metric = conventions.metric and cells.convention_id = conventions.convention_id
    left join comparability on cells.metric = comparability.metric and cells.period_end = comparability.period_end
    left join wholes
        on
            cells.segment_kind = wholes.segment_kind
            and cells.segment_id = wholes.segment_id
            and cells.period_end = wholes.period_end
    left join agreement
        on
            cells.segment_kind = agreement.segment_kind
            and cells.metric = agreement.metric
            and cells.segment_id = agreement.leader_key
            and cells.period_end = agreement.period_end
)

select * from final
