-- A wave in which nobody answered an item tells nothing of it, so it neither starts nor ends a version. A new wording may
-- still compare, and then the source says since when; a new scale never does.
with

waves as (
    select * from {{ ref('survey_waves') }}
),

answers as (
    select survey_id, item_id, count(*) as n_answers
    from {{ ref('stg_survey__survey_answers') }}
    group by survey_id, item_id
),

asked as (
    select
        'survey' as instrument,
        items.survey_id as wave_id,
        items.item_id,
        waves.opened_date as asked_on,
        waves.quarter_end,
        items.index_name,
        items.theme,
        concat(coalesce(items.item_version, ''), ' ', coalesce(items.wording_hash, '')) as wording,
        items.scale_min,
        items.scale_max,
        coalesce(items.direction, 1) as direction,
        items.comparable_since as declared_since,
        coalesce(answers.n_answers, 0) as n_answers
    from {{ ref('stg_survey__survey_items') }} as items
    inner join waves on items.survey_id = waves.survey_id
    left join answers on items.survey_id = answers.survey_id and items.item_id = answers.item_id
    union all
    select
        'feedback360', cycle_id, item_id, max(closed_date), max(quarter_end), null, null, '', max(scale_min), max(scale_max),
        1, null, count(*)
    from {{ ref('feedback_ratings') }}
    group by cycle_id, item_id
),

-- what is not told is a word of its own here, so that telling it later is a change: nobody knows what it was
described as (
    select
        *,
        concat(
            coalesce(cast(scale_min as varchar), '?'), ' ', coalesce(cast(scale_max as varchar), '?'), ' ',
            cast(direction as varchar)
        ) as scale
    from asked
),

compared as (
    select
        *,
        coalesce(
            lag(scale) over (partition by instrument, item_id order by asked_on, wave_id) <> scale, true
        ) as is_new_scale,
        coalesce(
            lag(wording) over (partition by instrument, item_id order by asked_on, wave_id) <> wording, false
        ) as is_new_wording
    from described
    where n_answers > 0
),

since as (
    select
        *,
        max(case when is_new_scale then asked_on end) over (
            partition by instrument, item_id order by asked_on, wave_id
        ) as scale_since,
        max(case when is_new_scale or is_new_wording then asked_on end) over (
            partition by instrument, item_id order by asked_on, wave_id
        ) as version_since
    from compared
),

comparable as (
    select
        instrument,
        wave_id,
        item_id,
        greatest(scale_since, least(asked_on, coalesce(declared_since, version_since))) as comparable_since
    from since
),

-- the quarter of the first wave that still compares: a declared day may lie before all waves on record
quarters as (
    select
        comparable.instrument, comparable.wave_id, comparable.item_id, comparable.comparable_since,
        min(compared.asked_on) as comparable_wave_on, min(compared.quarter_end) as comparable_quarter_end
    from comparable
    inner join compared
        on
            comparable.instrument = compared.instrument
            and comparable.item_id = compared.item_id
            and comparable.comparable_since <= compared.asked_on
    group by comparable.instrument, comparable.wave_id, comparable.item_id, comparable.comparable_since
),

final as (
    select
        described.instrument,
        described.wave_id,
        described.item_id,
        described.asked_on,
        described.quarter_end,
        described.index_name,
        described.theme,
        described.scale_min,
        described.scale_max,
        described.direction,
        nullif(trim(described.wording), '') as wording,
        md5(concat(described.wording, ' ', described.scale)) as version_digest,
        described.n_answers,
        quarters.comparable_wave_on as comparable_since,
        quarters.comparable_quarter_end
    from described
    left join quarters
        on
            described.instrument = quarters.instrument
            and described.wave_id = quarters.wave_id
            and described.item_id = quarters.item_id
)

select * from final
