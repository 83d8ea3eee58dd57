-- Spells as each side tells them, whole: what the cut-over takes from them is what is to be judged.
with

in_force as (
    {{ rows_in_force('hris', 'workers', ['worker_id', 'hire_date']) }}
),

feeds as (
    select source, feed_id, max(cast(exported_at as date)) as last_told_on
    from {{ ref('stg_ledger__loads_in_force') }}
    group by source, feed_id
),

sides as (
    select migration, migration as source, 'new' as side, cut_over from {{ ref('stg_run__migrations') }}
    union all
    select migration, old_source as source, 'old' as side, cut_over from {{ ref('stg_run__migrations') }}
),

final as (
    select
        sides.migration,
        sides.side,
        sides.cut_over,
        in_force.worker_id as told_key,
        worker.worker_key,
        in_force.hire_date,
        in_force.exit_date,
        feeds.last_told_on
    from in_force
    inner join feeds on in_force.feed_id = feeds.feed_id
    inner join sides on feeds.source = sides.source
    {{ join_person('worker', 'in_force.worker_id', 'in_force.hire_date') }}
)

select * from final
