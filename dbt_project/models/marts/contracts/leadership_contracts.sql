with

versions as (
    select * from {{ ref('contract_versions') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

final as (
    select
        versions.contract_id,
        versions.version,
        versions.leader_key,
        versions.owner_key,
        versions.approver_key,
        versions.approved_at,
        versions.valid_from,
        versions.valid_to,
        versions.checkin_cadence_days,
        versions.n_amendments,
        versions.n_amendments_too_early,
        versions.amended_by_key,
        versions.amended_at,
        versions.changed,
        versions.reason,
        versions.leader_left_on,
        case
            when versions.valid_from > parameters.as_of then 'not_begun'
            when versions.leader_left_on < coalesce(versions.valid_to, {{ far_future() }})
                then case when versions.leader_left_on > versions.valid_from then 'leader_left' else 'never_ran' end
            when coalesce(versions.valid_to, {{ far_future() }}) > parameters.as_of then 'in_force'
            when not versions.is_last_version then 'superseded'
            else 'ended'
        end as contract_status,
        versions.load_seq
    from versions
    cross join parameters
)

select * from final
