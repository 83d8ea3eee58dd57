with

in_force as (
    {{ rows_in_force('talent', 'external_measures', ['measure', 'scope_kind', 'scope_id', 'period_start']) }}
),

final as (
    select
        in_force.measure,
        in_force.scope_kind,
        in_force.scope_id,
        in_force.period_start,
        in_force.period_end,
        in_force.value,
        in_force.direction,
        in_force.data_source,
        owner.worker_key as owner_key,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('owner', 'in_force.owner_id', 'in_force.period_start') }}
)

select * from final
