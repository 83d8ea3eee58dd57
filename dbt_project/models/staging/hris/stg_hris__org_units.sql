with

in_force as (
    {{ dated_rows_in_force(
        'hris',
        'org_units',
        ['org_unit_id', 'valid_from'],
        ['org_unit_id', 'valid_from', 'valid_to', 'name', 'parent_id', 'kind']
    ) }}
),

final as (
    select
        in_force.org_unit_id,
        in_force.valid_from,
        in_force.valid_to,
        in_force.name,
        in_force.parent_id,
        in_force.kind,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
