-- Whom a move leaves is settled segment by segment: who goes from one team to another of the same department has left the
-- team and its lead, and neither the department nor whoever leads both. So these are counted from the trees, not rolled up.
with

transfers as (
    select * from {{ ref('movements') }} where kind = 'transfer' and to_level >= from_level
),

worker_months as (
    select worker_key, month_end, manager_key from {{ ref('worker_months') }}
),

moves as (
    select
        transfers.worker_key,
        transfers.moved_on,
        transfers.month_end,
        coalesce(before.month_end, transfers.month_end) as place_month_end,
        transfers.from_org_unit_id,
        transfers.to_org_unit_id,
        before.manager_key as from_manager_key,
        after.manager_key as to_manager_key,
        case when transfers.to_level > transfers.from_level then 1 else 0 end as n_promoted
    from transfers
    left join worker_months as before
        on transfers.worker_key = before.worker_key and transfers.place_month_end = before.month_end
    left join worker_months as after
        on transfers.worker_key = after.worker_key and transfers.month_end = after.month_end
),

units_left as (
    select moves.worker_key, moves.moved_on, moves.month_end, moves.n_promoted, tree.ancestor_id as segment_id
    from moves
    inner join {{ ref('org_tree') }} as tree
        on moves.place_month_end = tree.month_end and moves.from_org_unit_id = tree.org_unit_id
    left join {{ ref('org_tree') }} as arrived
        on
            moves.month_end = arrived.month_end
            and moves.to_org_unit_id = arrived.org_unit_id
            and tree.ancestor_id = arrived.ancestor_id
    where arrived.ancestor_id is null
),

leaders_left as (
    select moves.worker_key, moves.moved_on, moves.month_end, moves.n_promoted, tree.ancestor_key as segment_id
    from moves
    inner join {{ ref('manager_tree') }} as tree
        on moves.place_month_end = tree.month_end and moves.from_manager_key = tree.leader_key
    left join {{ ref('manager_tree') }} as arrived
        on
            moves.month_end = arrived.month_end
            and moves.to_manager_key = arrived.leader_key
            and tree.ancestor_key = arrived.ancestor_key
    -- in a loop of managers nobody leaves themselves
    where arrived.ancestor_key is null and moves.worker_key <> tree.ancestor_key
),

final as (
    select
        month_end, 'org_unit' as segment_kind, segment_id, count(*) as n_exports,
        cast(sum(n_promoted) as bigint) as n_promoted_exports
    from units_left
    group by all
    union all
    select month_end, 'leader_org', segment_id, count(*), cast(sum(n_promoted) as bigint)
    from leaders_left
    group by all
    union all
    select month_end, 'leader_direct', from_manager_key, count(*), cast(sum(n_promoted) as bigint)
    from moves
    where from_manager_key <> coalesce(to_manager_key, '')
    group by all
)

select * from final
