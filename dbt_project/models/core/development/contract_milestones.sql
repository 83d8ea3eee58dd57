with

milestones as (
    select * from {{ ref('stg_talent__contract_milestones') }}
),

contracts as (
    select contract_id, version, leader_key, begins_on, leader_left_on
    from {{ ref('contract_versions') }}
    where is_last_version
),

agreed as (
    select contract_id, item_id as milestone_id, min_by(due_date, holds_from) as first_due_date
    from {{ ref('contract_terms_told') }}
    where item_kind = 'milestone'
    group by contract_id, item_id
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

final as (
    select
        milestones.contract_id,
        milestones.milestone_id,
        contracts.version as contract_version,
        contracts.leader_key,
        milestones.due_date,
        coalesce(agreed.first_due_date, milestones.due_date) as first_due_date,
        milestones.met_at,
        case
            when milestones.met_at < contracts.begins_on then 'met_before_set'
            when milestones.met_at < {{ add_days('milestones.due_date', 1) }} then 'met_on_time'
            when milestones.met_at is not null then 'met_late'
            when contracts.leader_left_on <= milestones.due_date then 'leader_left'
            when milestones.due_date > parameters.as_of then 'open'
            when coalesce(milestones.is_blocked, false) then 'blocked'
            else 'overdue'
        end as milestone_status,
        milestones.cause,
        milestones.remedy,
        {{ quarter_end('milestones.due_date') }} as quarter_end,
        milestones.load_seq
    from milestones
    inner join contracts on milestones.contract_id = contracts.contract_id
    left join agreed
        on milestones.contract_id = agreed.contract_id and milestones.milestone_id = agreed.milestone_id
    cross join parameters
)

select * from final
