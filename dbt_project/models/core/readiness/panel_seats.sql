-- The panels of the last four half-years: who sat, who came before them, and what they decided. Whoever could be put forward
-- and was not stands here, too, for that is a decision as well.
with

parameters as (
    select as_of, {{ add_months('as_of', -24) }} as opened_on from {{ ref('run_parameters') }}
),

panels as (
    select panels.panel_id, panels.cycle_id, panels.held_date, panels.org_unit_id
    from {{ ref('stg_talent__panels') }} as panels
    cross join parameters
    where panels.held_date > parameters.opened_on and panels.held_date <= parameters.as_of
),

places as (
    select worker_key, month_end, org_unit_id, level, track
    from {{ ref('worker_months') }}
    where is_employed_at_end and level is not null
),

candidates as (
    select
        panels.panel_id, panels.cycle_id, panels.held_date, decisions.candidate_key as worker_key, decisions.decision,
        coalesce(decisions.is_override, false) as is_override
    from {{ ref('stg_talent__panel_decisions') }} as decisions
    inner join panels on decisions.panel_id = panels.panel_id
    where decisions.candidate_key is not null
),

members as (
    select distinct members.member_key as worker_key
    from {{ ref('stg_talent__panel_members') }} as members
    inner join panels on members.panel_id = panels.panel_id
    where members.member_key is not null
),

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

could_sit as (
    select places.*, members.worker_key is not null as is_member
    from places
    inner join last_month on places.month_end = last_month.month_end
    left join members on places.worker_key = members.worker_key
),

lowest as (
    select min(level) as level from could_sit where is_member
),

eligible as (
    select
        pools.worker_key, pools.month_end, pools.org_unit_id, pools.level, pools.track, pools.cycle_end,
        bool_or(candidates.worker_key is not null) as is_candidate
    from {{ ref('promotion_pools') }} as pools
    semi join panels on pools.cycle_start <= panels.held_date and pools.cycle_end >= panels.held_date
    left join candidates
        on
            pools.worker_key = candidates.worker_key
            and pools.cycle_start <= candidates.held_date
            and pools.cycle_end >= candidates.held_date
    group by all
),

final as (
    select
        'panel_decision' as audit_of, candidates.cycle_id, candidates.worker_key, places.month_end,
        places.org_unit_id, places.level, places.track, candidates.decision = 'promote' as is_favourable,
        candidates.is_override
    from candidates
    inner join places
        on
            candidates.worker_key = places.worker_key
            and {{ month_end(add_months('candidates.held_date', -1)) }} = places.month_end
    union all
    select
        'put_forward', cast(cycle_end as varchar), worker_key, month_end, org_unit_id, level, track, is_candidate, false
    from eligible
    union all
    -- from the lowest level on that sits on panels at all
    select
        'panel_seat', 'all', could_sit.worker_key, could_sit.month_end, could_sit.org_unit_id, could_sit.level,
        could_sit.track, could_sit.is_member, false
    from could_sit
    inner join lowest on could_sit.level >= lowest.level
)

select * from final
