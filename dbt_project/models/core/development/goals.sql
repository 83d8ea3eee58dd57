-- A target and a contract's indicator are one thing: a metric, whose value, a start, an end. A person's id stands in no
-- scope, so a leader's target is its owner's.
with

targets as (
    select * from {{ ref('stg_talent__targets') }}
),

indicators as (
    select * from {{ ref('stg_talent__contract_indicators') }}
),

contracts as (
    select contract_id, leader_key, begins_on, ends_on, leader_left_on
    from {{ ref('contract_versions') }}
    where is_last_version
),

conventions as (
    select metric, convention_id, grain, periods, sensitivity_class from {{ ref('metric_catalogue') }} where is_default = 1
),

measures as (
    select distinct measure from {{ ref('asserted_values') }}
),

told as (
    select
        'target' as goal_kind,
        target_id as goal_id,
        cast(null as varchar) as contract_id,
        owner_key as leader_key,
        cast(null as date) as leader_left_on,
        owner_key,
        metric,
        scope_kind,
        scope_id,
        baseline_value,
        baseline_date,
        target_value,
        target_change,
        due_date,
        load_seq
    from targets
    union all
    select
        'contract_indicator',
        concat(indicators.contract_id, '/', indicators.indicator_id),
        indicators.contract_id,
        contracts.leader_key,
        contracts.leader_left_on,
        coalesce(indicators.owner_key, contracts.leader_key),
        indicators.metric,
        coalesce(indicators.scope_kind, 'team'),
        indicators.scope_id,
        indicators.baseline_value,
        coalesce(indicators.baseline_date, contracts.begins_on),
        indicators.target_value,
        indicators.target_change,
        coalesce(
            indicators.due_date,
            case when contracts.ends_on < {{ far_future() }} then {{ add_days('contracts.ends_on', -1) }} end
        ),
        indicators.load_seq
    from indicators
    inner join contracts on indicators.contract_id = contracts.contract_id
),

placed as (
    select
        told.*,
        {{ segment_kind_of('scope_kind') }} as segment_kind
    from told
),

final as (
    select
        placed.goal_kind,
        placed.goal_id,
        placed.contract_id,
        placed.leader_key,
        placed.leader_left_on,
        placed.owner_key,
        placed.metric,
        coalesce(conventions.convention_id, case when measures.measure is not null then 'asserted' end) as convention_id,
        coalesce(conventions.grain, 'quarter') as grain,
        coalesce(conventions.sensitivity_class, 'open') as sensitivity_class,
        conventions.metric is null and measures.measure is not null as is_asserted,
        coalesce(conventions.periods, '') <> 'all' as is_measured_rarely,
        placed.segment_kind,
        {{ segment_id_of('placed.segment_kind', 'placed.scope_id', 'placed.leader_key') }} as segment_id,
        cast(placed.baseline_value as double) as baseline_value,
        placed.baseline_date,
        cast(placed.target_value as double) as target_value,
        cast(placed.target_change as double) as target_change,
        placed.due_date,
        case
            when conventions.metric is null and measures.measure is null then 'unknown_metric'
            when placed.segment_kind is null then 'unknown_scope'
            when placed.due_date is null then 'no_due_date'
            when placed.baseline_date is null then 'no_baseline'
            when placed.due_date <= placed.baseline_date then 'due_before_baseline'
            when placed.target_value is null and placed.target_change is null then 'no_target'
            when placed.target_value is null and placed.baseline_value = 0 then 'zero_baseline'
        end as defect,
        placed.load_seq
    from placed
    left join conventions on placed.metric = conventions.metric
    left join measures on placed.metric = measures.measure
)

select * from final
