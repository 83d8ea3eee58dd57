with

in_force as (
    {{ rows_in_force('survey', 'survey_items', ['survey_id', 'item_id']) }}
),

final as (
    select
        in_force.survey_id,
        in_force.item_id,
        in_force.item_version,
        in_force.wording_hash,
        in_force.theme,
        in_force.index_name,
        in_force.scale_min,
        in_force.scale_max,
        in_force.direction,
        in_force.comparable_since,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
)

select * from final
