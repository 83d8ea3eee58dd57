with

in_force as (
    {{ rows_in_force('talent', 'contract_expectations', ['contract_id', 'expectation_id']) }}
),

final as (
    select
        in_force.contract_id,
        in_force.expectation_id,
        in_force.competency_id,
        in_force.behaviour_id,
        in_force.since_version,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
