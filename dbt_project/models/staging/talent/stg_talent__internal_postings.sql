with

in_force as (
    {{ rows_in_force('talent', 'internal_postings', ['posting_id']) }}
),

final as (
    select
        in_force.posting_id,
        in_force.position_id,
        in_force.org_unit_id,
        in_force.level,
        in_force.posted_at,
        in_force.closed_at,
        in_force.n_views,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
