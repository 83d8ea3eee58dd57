-- A criterion holds until its next version begins, whatever end the older one was given: no day has two versions.
with

in_force as (
    {{ rows_in_force('talent', 'ladder_criteria', ['level', 'track', 'criterion_id', 'valid_from']) }}
),

final as (
    select
        in_force.level,
        in_force.track,
        in_force.criterion_id,
        in_force.valid_from,
        nullif(least(
            coalesce(in_force.valid_to, {{ far_future() }}),
            lead(in_force.valid_from, 1, {{ far_future() }}) over (
                partition by in_force.level, in_force.track, in_force.criterion_id order by in_force.valid_from
            )
        ), {{ far_future() }}) as valid_to,
        in_force.rule,
        in_force.competency_id,
        in_force.threshold,
        in_force.window_months,
        in_force.lead_months,
        in_force.k,
        in_force.m,
        in_force.requirement,
        in_force.one_of_group,
        in_force.attester,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
