-- The day of the cut-over decides: whoever works on it for the old system should for the new one, and the other way round.
with

spells as (
    select *, coalesce(exit_date, {{ far_future() }}) as ends_on from {{ ref('stg_identity__migrated_workers') }}
),

people as (
    select
        migration,
        worker_key,
        bool_or(side = 'old') as is_old,
        bool_or(side = 'new') as is_new,
        bool_or(side = 'old' and hire_date < cut_over and ends_on > cut_over) as goes_on,
        bool_or(side = 'new' and hire_date <= cut_over and ends_on > cut_over) as is_taken_over,
        bool_or(side = 'new' and hire_date < cut_over and ends_on > cut_over) as is_said_to_go_on,
        bool_or(side = 'new' and hire_date < cut_over) as is_said_to_be_earlier
    from spells
    group by migration, worker_key
),

final as (
    select
        migration,
        worker_key,
        case
            when is_old and is_new and goes_on and not is_taken_over then 'interrupted'
            when is_old and is_new and is_said_to_go_on and not goes_on then 'interrupted'
            when is_old and is_new then 'stitched'
            when is_old and goes_on then 'lost'
            when is_old then 'left_before'
            when is_said_to_be_earlier then 'unstitched'
            else 'hired_after'
        end as outcome
    from people
)

select * from final
