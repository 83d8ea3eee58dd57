with

in_force as (
    {{ rows_in_force('survey', 'survey_answers', ['survey_id', 'respondent_id', 'item_id']) }}
),

final as (
    select
        in_force.respondent_id as respondent_token,
        in_force.survey_id,
        respondent.worker_key,
        in_force.item_id,
        in_force.answer,
        in_force.answered_at,
        respondent.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('respondent', 'in_force.respondent_id', 'in_force.answered_at') }}
)

select * from final
