with

in_force as (
    {{ rows_in_force('survey', 'survey_invitations', ['survey_id', 'respondent_id']) }}
),

final as (
    select
        in_force.respondent_id as respondent_token,
        in_force.survey_id,
        respondent.worker_key,
        in_force.sent_at,
        in_force.responded_at,
        in_force.declared_unit,
        in_force.declared_level,
        respondent.is_ambiguous,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    {{ join_person('respondent', 'in_force.respondent_id',
        'coalesce(in_force.sent_at, in_force.responded_at)') }}
)

select * from final
