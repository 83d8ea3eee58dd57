with

versions as (
    select * from {{ ref('stg_talent__contracts') }}
    where leader_key is not null
    -- two feeds may tell of one contract; the later word holds
    qualify row_number() over (partition by contract_id, version order by load_seq desc) = 1
),

amendments as (
    select * from {{ ref('stg_talent__contract_amendments') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

-- a version ends where the next one begins, whatever end was written into it
bounded as (
    select
        *,
        min(valid_from) over (partition by contract_id) as begins_on,
        max(coalesce(valid_to, {{ far_future() }})) over (partition by contract_id) as ends_on,
        lead(valid_from) over (partition by contract_id order by version) as next_from
    from versions
),

-- who came back is employed; a company without an HRIS knows of nobody that they left
employment as (
    select worker_key, max(employed_to) as left_on
    from {{ ref('worker_spells') }} as spells
    semi join versions on spells.worker_key = versions.leader_key
    group by worker_key
),

amended as (
    select
        bounded.contract_id,
        bounded.version,
        count(*) filter (where amendments.approved_at >= bounded.begins_on) as n_amendments,
        count(*) filter (where amendments.approved_at < bounded.begins_on) as n_amendments_too_early,
        max_by(amendments.approved_by_key, amendments.approved_at) as amended_by_key,
        max(amendments.approved_at) as amended_at,
        {{ ordered_list('amendments.changed', 'amendments.amendment_id', ';') }} as changed,
        {{ ordered_list('amendments.reason', 'amendments.amendment_id', ';') }} as reason
    from bounded
    inner join amendments
        on
            bounded.contract_id = amendments.contract_id
            and (
                bounded.version = amendments.to_version
                or (
                    amendments.to_version is null
                    and (bounded.valid_from <= amendments.approved_at or bounded.valid_from = bounded.begins_on)
                    and coalesce(bounded.next_from, {{ far_future() }}) > amendments.approved_at
                )
            )
    group by bounded.contract_id, bounded.version
),

final as (
    select
        bounded.contract_id,
        bounded.version,
        bounded.leader_key,
        bounded.owner_key,
        bounded.approver_key,
        bounded.approved_at,
        bounded.valid_from,
        least(coalesce(bounded.valid_to, bounded.next_from), coalesce(bounded.next_from, bounded.valid_to)) as valid_to,
        bounded.checkin_cadence_days,
        cast(coalesce(amended.n_amendments, 0) as integer) as n_amendments,
        cast(coalesce(amended.n_amendments_too_early, 0) as integer) as n_amendments_too_early,
        amended.amended_by_key,
        amended.amended_at,
        amended.changed,
        amended.reason,
        bounded.begins_on,
        bounded.ends_on,
        case
            when employment.left_on < bounded.ends_on and employment.left_on <= parameters.as_of then employment.left_on
        end as leader_left_on,
        bounded.next_from is null as is_last_version,
        bounded.load_seq
    from bounded
    left join employment on bounded.leader_key = employment.worker_key
    left join amended on bounded.contract_id = amended.contract_id and bounded.version = amended.version
    cross join parameters
)

select * from final
