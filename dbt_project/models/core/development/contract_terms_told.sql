-- The first word on an item holds from the day on which the version that brought it began, not from its export: contracts
-- are exported after they are agreed. Every later word holds from its export.
with

told as (
    select
        *,
        min(told_on) over (partition by contract_id) as contract_told_on,
        min(told_on) over (partition by contract_id, item_kind, item_id) as item_told_on
    from {{ ref('stg_contracts__told_terms') }}
),

versions as (
    select contract_id, version, leader_key, valid_from, begins_on from {{ ref('contract_versions') }}
),

placed as (
    select
        told.*,
        versions.version as contract_version,
        versions.leader_key,
        versions.begins_on,
        case
            when told.told_on > told.item_told_on then told.told_on
            when told.told_on > told.contract_told_on then least(versions.valid_from, told.told_on)
            else least(versions.begins_on, told.told_on)
        end as holds_from
    from told
    inner join versions on told.contract_id = versions.contract_id
    qualify row_number() over (
        partition by told.contract_id, told.item_kind, told.item_id, told.told_on
        order by versions.valid_from <= told.told_on desc, abs({{ days_between('versions.valid_from', 'told.told_on') }})
    ) = 1
),

final as (
    select
        contract_id,
        item_kind,
        item_id,
        holds_from,
        told_to as holds_to,
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
    from placed
)

select * from final
