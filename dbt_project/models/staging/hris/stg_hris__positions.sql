with

in_force as (
    {{ dated_rows_in_force(
        'hris',
        'positions',
        ['position_id', 'valid_from'],
        ['position_id', 'valid_from', 'valid_to', 'title', 'org_unit_id', 'level', 'is_leadership', 'is_critical', 'incumbent_id', 'vacant_from', 'filled_at', 'fill_source']
    ) }}
),

final as (
    select
        in_force.position_id,
        in_force.valid_from,
        in_force.valid_to,
        in_force.title,
        in_force.org_unit_id,
        in_force.level,
        in_force.is_leadership,
        in_force.is_critical,
        incumbent.worker_key as incumbent_key,
        in_force.vacant_from,
        in_force.filled_at,
        in_force.fill_source,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('incumbent', 'in_force.incumbent_id', 'in_force.valid_from') }}
)

select * from final
