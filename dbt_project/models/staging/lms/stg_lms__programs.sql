with

in_force as (
    {{ rows_in_force('lms', 'programs', ['program_id']) }}
),

final as (
    select
        in_force.program_id,
        in_force.title,
        in_force.kind,
        in_force.is_leadership,
        in_force.n_seats,
        in_force.start_date,
        in_force.end_date,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
