with

goals as (
    select * from {{ ref('goals') }}
),

targets as (
    select told.feed_id, told.load_seq, told.row_no, goals.defect
    from {{ ref('stg_talent__targets') }} as told
    inner join goals on goals.goal_kind = 'target' and told.target_id = goals.goal_id
),

indicators as (
    select told.feed_id, told.load_seq, told.row_no, goals.defect
    from {{ ref('stg_talent__contract_indicators') }} as told
    inner join goals
        on
            goals.goal_kind = 'contract_indicator'
            and concat(told.contract_id, '/', told.indicator_id) = goals.goal_id
),

begun as (
    select contract_id, begins_on from {{ ref('contract_versions') }} where is_last_version
),

amendments as (
    select told.feed_id, told.load_seq, told.row_no, told.approved_at < begun.begins_on as is_too_early
    from {{ ref('stg_talent__contract_amendments') }} as told
    inner join begun on told.contract_id = begun.contract_id
),

milestones as (
    select told.feed_id, told.load_seq, told.row_no, told.met_at < begun.begins_on as is_too_early
    from {{ ref('stg_talent__contract_milestones') }} as told
    inner join begun on told.contract_id = begun.contract_id
),

final as (
    {{ suspects('metric_unknown', 'talent.targets', 'targets', "defect = 'unknown_metric'") }}
    union all
    {{ suspects('metric_unknown', 'talent.contract_indicators', 'indicators', "defect = 'unknown_metric'") }}
    union all
    {{ suspects('goal_incomplete', 'talent.targets', 'targets',
        "defect in ('unknown_scope', 'no_due_date', 'no_baseline', 'no_target')") }}
    union all
    {{ suspects('goal_incomplete', 'talent.contract_indicators', 'indicators',
        "defect in ('unknown_scope', 'no_due_date', 'no_baseline', 'no_target')") }}
    union all
    {{ suspects('change_of_nothing', 'talent.targets', 'targets', "defect = 'zero_baseline'") }}
    union all
    {{ suspects('change_of_nothing', 'talent.contract_indicators', 'indicators', "defect = 'zero_baseline'") }}
    union all
    {{ suspects('due_before_baseline', 'talent.targets', 'targets', "defect = 'due_before_baseline'") }}
    union all
    {{ suspects('due_before_baseline', 'talent.contract_indicators', 'indicators', "defect = 'due_before_baseline'") }}
    union all
    {{ suspects('amended_before_agreed', 'talent.contract_amendments', 'amendments', 'is_too_early') }}
    union all
    {{ suspects('met_before_set', 'talent.contract_milestones', 'milestones', 'is_too_early') }}
)

select * from final
