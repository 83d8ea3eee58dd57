with

parameters as (
    select * from {{ ref('run_parameters') }}
),

starts as (
    select cast({{ month_series('history_from', 'as_of') }} as date) as month_start
    from parameters
),

bounded as (
    select
        month_start,
        {{ month_end('month_start') }} as month_end,
        {{ quarter_end('month_start') }} as quarter_end
    from starts
),

-- A month counts once it is covered to its last day: a number of half a month would look like a fall.
final as (
    select
        bounded.month_start,
        bounded.month_end,
        bounded.quarter_end,
        row_number() over (order by bounded.month_end) as month_number
    from bounded
    cross join parameters
    where bounded.month_end <= parameters.as_of
)

select * from final
