-- Nothing about the leader's people: where a leader stands is needed to find one, for no release holds names.
with

months as (
    select max(month_end) as month_end from {{ ref('months') }}
),

leaders as (
    select
        tree.leader_key,
        tree.month_end,
        max(tree.depth) + 1 as layer
    from {{ ref('manager_tree') }} as tree
    semi join months on tree.month_end = months.month_end
    group by tree.leader_key, tree.month_end
),

final as (
    select
        leaders.leader_key,
        leaders.month_end as as_of,
        workers.org_unit_id,
        cast(leaders.layer as integer) as layer
    from leaders
    inner join {{ ref('worker_months') }} as workers
        on leaders.leader_key = workers.worker_key and leaders.month_end = workers.month_end
)

select * from final
