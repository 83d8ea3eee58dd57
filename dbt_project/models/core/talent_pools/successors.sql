-- Who left by the quarter's end, or holds the position already, is no successor. Of several nominations of one person for
-- one position the last holds.
with

quarters as (
    select quarter_end from {{ ref('months') }} where month_end = quarter_end
),

nominations as (
    select position_id, candidate_key as worker_key, rated_date, readiness, valid_to
    from {{ ref('stg_hris__succession') }}
    where candidate_key is not null
),

held as (
    select
        quarters.quarter_end,
        nominations.position_id,
        nominations.worker_key,
        max_by(nominations.readiness, nominations.rated_date) as readiness
    from nominations
    inner join quarters
        on
            nominations.rated_date <= quarters.quarter_end
            and coalesce(nominations.valid_to, {{ add_months('nominations.rated_date', var('nomination_months')) }})
            > quarters.quarter_end
    group by quarters.quarter_end, nominations.position_id, nominations.worker_key
),

employed as (
    select worker_key, month_end
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

final as (
    select
        held.quarter_end,
        held.position_id,
        held.worker_key,
        held.readiness,
        cast(count(*) over (partition by held.quarter_end, held.worker_key) as integer) as n_positions
    from held
    inner join employed on held.quarter_end = employed.month_end and held.worker_key = employed.worker_key
    inner join {{ ref('positions_held') }} as positions
        on held.quarter_end = positions.quarter_end and held.position_id = positions.position_id
    where positions.incumbent_key is distinct from held.worker_key
)

select * from final
