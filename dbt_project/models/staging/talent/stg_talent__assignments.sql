with

in_force as (
    {{ rows_in_force('talent', 'assignments', ['development_id']) }}
),

final as (
    select
        in_force.development_id,
        worker.worker_key,
        in_force.kind,
        in_force.role,
        in_force.is_cross_functional,
        in_force.is_critical,
        offered_by.worker_key as offered_by_key,
        in_force.offered_at,
        in_force.accepted_at,
        in_force.declined_at,
        in_force.start_date,
        in_force.end_date,
        in_force.debriefed_at,
        in_force.satisfaction,
        in_force.outcome,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.offered_at') }}
    {{ join_person('offered_by', 'in_force.offered_by_id', 'in_force.offered_at') }}
)

select * from final
