with

in_force as (
    {{ dated_rows_in_force(
        'hris',
        'reporting_lines',
        ['line_id', 'valid_from'],
        ['line_id', 'valid_from', 'valid_to', 'worker_id', 'org_unit_id', 'manager_id', 'kind']
    ) }}
),

final as (
    select
        in_force.line_id,
        in_force.valid_from,
        in_force.valid_to,
        worker.worker_key,
        in_force.org_unit_id,
        manager.worker_key as manager_key,
        in_force.kind,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
    {{ join_person('manager', 'in_force.manager_id', 'in_force.valid_from') }}
)

select * from final
