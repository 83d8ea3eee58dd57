with

in_force as (
    {{ dated_rows_in_force(
        'hris',
        'job_assignments',
        ['worker_id', 'assignment_id', 'layer', 'valid_from', 'sequence'],
        ['worker_id', 'assignment_id', 'layer', 'valid_from', 'sequence', 'valid_to', 'job_id', 'title', 'job_family', 'level', 'track', 'org_unit_id', 'manager_id', 'position_id', 'location', 'legal_entity', 'country', 'worker_category', 'eeo_category', 'fte', 'weekly_hours', 'is_primary', 'event_reason', 'op']
    ) }}
),

final as (
    select
        worker.worker_key,
        in_force.assignment_id,
        in_force.layer,
        in_force.valid_from,
        in_force.sequence,
        in_force.valid_to,
        in_force.job_id,
        in_force.title,
        in_force.job_family,
        in_force.level,
        in_force.track,
        in_force.org_unit_id,
        manager.worker_key as manager_key,
        in_force.position_id,
        in_force.location,
        in_force.legal_entity,
        in_force.country,
        in_force.worker_category,
        in_force.eeo_category,
        in_force.fte,
        in_force.weekly_hours,
        in_force.is_primary,
        in_force.event_reason,
        worker.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no,
        in_force.op
    from in_force
    {{ join_person('worker', 'in_force.worker_id', 'in_force.valid_from') }}
    {{ join_person('manager', 'in_force.manager_id', 'in_force.valid_from') }}
)

select * from final
