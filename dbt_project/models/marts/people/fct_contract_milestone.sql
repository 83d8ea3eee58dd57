with

final as (
    select
        contract_id,
        milestone_id,
        contract_version,
        leader_key,
        due_date,
        first_due_date,
        met_at,
        milestone_status,
        cause,
        remedy,
        load_seq
    from {{ ref('contract_milestones') }}
)

select * from final
