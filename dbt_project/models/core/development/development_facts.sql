-- What is due counts by its own day, so what came of it is never earlier than what it is a share of.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

plans as (
    select * from {{ ref('stg_talent__plans') }} where worker_key is not null
),

moves as (
    select moves.worker_key, moves.moved_on, months.track
    from {{ ref('movements') }} as moves
    inner join {{ ref('worker_months') }} as months
        on moves.worker_key = months.worker_key and moves.month_end = months.month_end
    where moves.kind in ('promotion', 'lateral') and months.track is not null
),

-- the newest plan that was live on the day of the move and made before it
aimed as (
    select
        moves.worker_key, moves.moved_on, any_value(moves.track) as track,
        max_by(plans.target_track, plans.created_at) as target_track
    from moves
    inner join plans
        on
            moves.worker_key = plans.worker_key
            and moves.moved_on > plans.created_at
            and (plans.closed_at is null or moves.moved_on <= plans.closed_at)
    where plans.target_track is not null
    group by moves.worker_key, moves.moved_on
),

facts as (
    select
        'plan_items_on_time' as fact, plans.worker_key, items.due_date as happened_on,
        case when items.completed_at < {{ add_days('items.due_date', 1) }} then 1 else 0 end as numerator,
        1 as denominator
    from {{ ref('stg_talent__plan_items') }} as items
    inner join plans on items.plan_id = plans.plan_id
    where items.due_date is not null
    union all
    select 'moves_as_aimed', worker_key, moved_on, case when track = target_track then 1 else 0 end, 1 from aimed
    union all
    select 'assignments_debriefed', worker_key, end_date, case when debriefed_at is not null then 1 else 0 end, 1
    from {{ ref('stg_talent__assignments') }}
    where accepted_at is not null
    union all
    select 'feedback_notes_given', giver_key, cast(given_at as date), 1, 0 from {{ ref('stg_talent__feedback_notes') }}
    union all
    select 'feedback_notes_received', receiver_key, cast(given_at as date), 1, 0
    from {{ ref('stg_talent__feedback_notes') }}
    union all
    select 'recognitions_received', receiver_key, cast(given_at as date), 1, 0 from {{ ref('stg_talent__recognitions') }}
    union all
    select
        'recognition_for_development', receiver_key, cast(given_at as date),
        case when reason_kind = 'growth' then 1 else 0 end, 1
    from {{ ref('stg_talent__recognitions') }}
    where reason_kind is not null
    union all
    select fact, worker_key, happened_on, numerator, denominator from {{ ref('learning_facts') }}
    union all
    select fact, worker_key, happened_on, numerator, denominator from {{ ref('review_facts') }}
    union all
    select fact, worker_key, happened_on, numerator, denominator from {{ ref('leading_facts') }}
),

final as (
    select
        facts.fact,
        facts.worker_key,
        {{ month_end('facts.happened_on') }} as month_end,
        {{ quarter_end('facts.happened_on') }} as quarter_end,
        count(*) as n_facts,
        cast(sum(facts.numerator) as double) as numerator,
        cast(sum(facts.denominator) as double) as denominator,
        cast(sum(facts.numerator * facts.numerator) as double) as sum_squares
    from facts
    cross join parameters
    where facts.worker_key is not null and facts.happened_on <= parameters.as_of
    group by all
)

select * from final
