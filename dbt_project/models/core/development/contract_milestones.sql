with

milestones as (
    select * from {{ ref('stg_talent__contract_milestones') }}
),

contracts as (
    select
        contract_id,
        max_by(leader_key, version) as leader_key,
        max(version) as version
    from {{ ref('stg_talent__contracts') }}
    where leader_key is not null
    group by contract_id
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
        milestones.met_at,
        case
            when milestones.met_at < {{ add_days('milestones.due_date', 1) }} then 'met_on_time'
            when milestones.met_at is not null then 'met_late'
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
    cross join parameters
)

select * from final
