with

in_force as (
    {{ rows_in_force('survey', 'surveys', ['survey_id']) }}
),

final as (
    select
        in_force.survey_id,
        in_force.title,
        in_force.kind,
        in_force.opened_date,
        in_force.closed_date,
        in_force.minimum,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
