-- Scores off the cycle's scale are left out here and counted in data_quality.
with

ratings as (
    select * from {{ ref('stg_feedback360__feedback_ratings') }} where ratee_key is not null
),

cycles as (
    select * from {{ ref('stg_feedback360__feedback_cycles') }}
),

requests as (
    select cycle_id, max(coalesce(completed_at, requested_at)) as last_at
    from {{ ref('stg_feedback360__feedback_requests') }}
    group by cycle_id
),

loads as (
    select load_seq, exported_at from {{ ref('stg_ledger__loads_in_force') }}
),

item_competencies as (
    select item_id, competency_id
    from {{ ref('stg_talent__item_competencies') }}
    where instrument = 'feedback360'
    qualify row_number() over (partition by item_id order by competency_id) = 1
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

dated as (
    select
        ratings.*,
        cast(coalesce(cycles.closed_date, requests.last_at, cycles.opened_date, loads.exported_at) as date) as closed_date,
        coalesce(cycles.minimum, 3) as minimum,
        cycles.scale_min,
        cycles.scale_max
    from ratings
    left join cycles on ratings.cycle_id = cycles.cycle_id
    left join requests on ratings.cycle_id = requests.cycle_id
    left join loads on ratings.load_seq = loads.load_seq
),

final as (
    select
        dated.cycle_id,
        dated.closed_date,
        {{ quarter_end('dated.closed_date') }} as quarter_end,
        dated.minimum,
        dated.ratee_key,
        dated.rater_token,
        dated.rater_key,
        dated.relationship,
        dated.item_id,
        coalesce(dated.competency_id, item_competencies.competency_id) as competency_id,
        dated.score,
        dated.scale_min,
        dated.scale_max,
        dated.load_seq,
        dated.row_no
    from dated
    left join item_competencies on dated.item_id = item_competencies.item_id
    cross join parameters
    where
        dated.closed_date <= parameters.as_of
        and (dated.scale_min is null or dated.score between dated.scale_min and dated.scale_max)
)

select * from final
