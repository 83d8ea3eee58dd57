-- Answers off their scale, scales that changed without a word, and waves that look like one another or their mirror.
with

items as (
    select items.*, coalesce(waves.closed_date, waves.opened_date) as asked_on
    from {{ ref('stg_survey__survey_items') }} as items
    left join {{ ref('survey_waves') }} as waves on items.survey_id = waves.survey_id
),

answers as (
    select survey_id, item_id, answer, feed_id, load_seq, row_no from {{ ref('stg_survey__survey_answers') }}
),

-- the one pass over all answers; single answers are looked at only where their item's lowest or highest is off the scale
tallies as (
    select
        survey_id,
        item_id,
        count(*) as n_answers,
        min(answer) as lowest,
        max(answer) as highest,
        cast(sum(answer) as double) as total,
        cast(sum(answer * answer) as double) as total_squares
    from answers
    group by survey_id, item_id
),

exceeded as (
    select items.survey_id, items.item_id, items.scale_min, items.scale_max
    from items
    inner join tallies on items.survey_id = tallies.survey_id and items.item_id = tallies.item_id
    where tallies.lowest < items.scale_min or tallies.highest > items.scale_max
),

off_scale as (
    select answers.*
    from answers
    inner join exceeded on answers.survey_id = exceeded.survey_id and answers.item_id = exceeded.item_id
    where answers.answer not between exceeded.scale_min and exceeded.scale_max
),

asked as (
    select
        items.*,
        tallies.n_answers,
        tallies.total / tallies.n_answers - (items.scale_min + items.scale_max) / 2.0 as from_middle
    from items
    left join tallies on items.survey_id = tallies.survey_id and items.item_id = tallies.item_id
),

-- an item beside itself in the wave before; a declared new version is meant to differ
repeated as (
    select
        *,
        lag(asked_on) over item as asked_before,
        lag(scale_min) over item as scale_min_before,
        lag(scale_max) over item as scale_max_before,
        lag(direction) over item as direction_before,
        lag(n_answers) over item as n_answers_before,
        lag(from_middle) over item as from_middle_before
    from asked
    window item as (partition by item_id, item_version order by asked_on, survey_id)
),

comparable as (
    select * from repeated where comparable_since is null or comparable_since <= asked_before
),

mirrored as (
    select *
    from comparable
    where
        n_answers >= {{ var('fewest_answers') }}
        and n_answers_before >= {{ var('fewest_answers') }}
        and scale_min = scale_min_before
        and scale_max = scale_max_before
        and direction is not distinct from direction_before
        and from_middle * from_middle_before < 0
        and abs(from_middle_before) > {{ var('mirrored_from') }} * (scale_max - scale_min)
        and abs(from_middle + from_middle_before) < abs(from_middle_before) / 4
),

wave_sizes as (
    select survey_id, count(*) as n_items, sum(n_answers) as n_answers from tallies group by survey_id
),

-- the same number, sum and sum of squares in every item: the same answers under another wave's name
alike as (
    select one.survey_id, other.survey_id as other_id
    from tallies as one
    inner join tallies as other
        on
            one.item_id = other.item_id
            and one.survey_id <> other.survey_id
            and one.n_answers = other.n_answers
            and one.total = other.total
            and one.total_squares = other.total_squares
    inner join wave_sizes on one.survey_id = wave_sizes.survey_id
    inner join wave_sizes as other_sizes on other.survey_id = other_sizes.survey_id
    where wave_sizes.n_answers >= {{ var('fewest_answers') }} and wave_sizes.n_items = other_sizes.n_items
    group by one.survey_id, other.survey_id
    having count(*) = max(wave_sizes.n_items)
),

waves_alike as (
    select * from {{ ref('stg_survey__surveys') }} semi join alike using (survey_id)
),

final as (
    {{ suspects('answer_off_scale', 'survey.survey_answers', 'off_scale') }}
    union all
    {{ suspects('scale_changed', 'survey.survey_items', 'comparable',
        'scale_min <> scale_min_before or scale_max <> scale_max_before') }}
    union all
    {{ suspects('direction_changed', 'survey.survey_items', 'comparable', 'direction <> direction_before') }}
    union all
    {{ suspects('scale_maybe_flipped', 'survey.survey_items', 'mirrored') }}
    union all
    {{ suspects('waves_alike', 'survey.surveys', 'waves_alike') }}
)

select * from final
