with

parameters as (
    select * from {{ ref('stg_run__parameters') }}
),

-- a load that was derived anew stands in the ledger twice, a file once; what no feed could read has none
loads as (
    select loads.load_seq, loads.source, feeds.feed, feeds.owner, loads.file, loads.status, loads.received_at
    from {{ source('ledger', 'loads') }} as loads
    left join {{ source('ledger', 'feeds') }} as feeds on loads.feed_id = feeds.feed_id
    cross join parameters
    where loads.received_at <= parameters.as_known_at
),

decisions as (
    select decisions.*
    from {{ source('ledger', 'decisions') }} as decisions
    cross join parameters
    where decisions.decided_at <= parameters.as_known_at
),

-- what a load has failed stays told, whatever somebody decided about it afterwards
findings as (
    select findings.load_seq, findings.expectation
    from {{ source('ledger', 'findings') }} as findings
    cross join parameters
    where findings.found_at <= parameters.as_known_at
),

outcomes as (
    select
        decisions.load_seq,
        decisions.decision as outcome,
        case when decisions.decided_by = 'gate' then 'gate' else 'person' end as decided_by,
        findings.expectation,
        decisions.decided_at
    from decisions
    left join findings on case when decisions.decision = 'held' then decisions.load_seq end = findings.load_seq
    union all
    select load_seq, 'rejected', 'reader', null, received_at
    from loads
    where feed is null
    union all
    select loads.load_seq, 'waiting', null, null, loads.received_at
    from loads
    left join (select load_seq, max_by(decision, decided_at) as decision from decisions group by load_seq) as last
        on loads.load_seq = last.load_seq
    where loads.status <> 'superseded' and loads.feed is not null and coalesce(last.decision, 'held') = 'held'
),

final as (
    select
        outcomes.load_seq,
        loads.source,
        loads.feed,
        loads.owner,
        loads.file,
        outcomes.outcome,
        outcomes.decided_by,
        outcomes.expectation,
        cast(outcomes.decided_at as date) as decided_on
    from outcomes
    inner join loads on outcomes.load_seq = loads.load_seq
)

select * from final
