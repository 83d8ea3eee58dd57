with

final as (
    select
        contract_id,
        item_kind,
        item_id,
        holds_from,
        holds_to,
        contract_version,
        leader_key,
        owner_key,
        competency_id,
        behaviour_id,
        activity_type,
        metric,
        scope_kind,
        baseline_value,
        baseline_date,
        target_value,
        target_change,
        due_date,
        done_at,
        is_blocked,
        cause,
        remedy,
        budget,
        currency,
        hours,
        load_seq
    from {{ ref('contract_terms_told') }}
)

select * from final
