-- Answers off the item's scale are no answers: they are left out here and counted in data_quality.
with

answers as (
    select * from {{ ref('stg_survey__survey_answers') }}
),

items as (
    select
        *,
        coalesce(direction, 1) as favourable_direction,
        scale_max - scale_min + 1 as scale_points
    from {{ ref('stg_survey__survey_items') }}
),

favourable_points as (
    select * from {{ ref('favourable_points') }}
),

ranked as (
    select
        answers.survey_id,
        answers.respondent_token,
        answers.item_id,
        items.theme,
        items.index_name,
        items.item_version,
        items.scale_points,
        answers.answer,
        -- place on the scale counted from its unfavourable end: 1 is the worst answer whatever the wording
        case
            when items.favourable_direction = 1 then answers.answer - items.scale_min + 1
            else items.scale_max - answers.answer + 1
        end as favourable_rank,
        answers.load_seq,
        answers.row_no
    from answers
    left join items on answers.survey_id = items.survey_id and answers.item_id = items.item_id
    where items.scale_min is null or answers.answer between items.scale_min and items.scale_max
),

final as (
    select
        ranked.survey_id,
        ranked.respondent_token,
        ranked.item_id,
        ranked.theme,
        ranked.index_name,
        ranked.item_version,
        ranked.scale_points,
        ranked.answer,
        ranked.favourable_rank,
        ranked.favourable_rank >= favourable_points.favourable_from as is_favourable,
        ranked.load_seq,
        ranked.row_no
    from ranked
    left join favourable_points on ranked.scale_points = favourable_points.scale_points
)

select * from final
