-- A law's day falls once a year; the last two that are covered are kept. The company's own day is the last one covered.
with

laws as (
    select
        law, hourly_pay_has, is_by_category, is_by_part_time, snapshot_month, snapshot_day,
        {{ split_rows('countries', ';') }} as country
    from {{ ref('pay_snapshots_declared') }}
),

days as (
    select distinct
        laws.law,
        case
            when laws.snapshot_month is null then parameters.as_of
            else cast(
                concat(
                    cast(extract(year from months.month_end) as varchar), '-',
                    lpad(cast(laws.snapshot_month as varchar), 2, '0'), '-',
                    lpad(cast(laws.snapshot_day as varchar), 2, '0')
                ) as date
            )
        end as snapshot_date
    from laws
    cross join {{ ref('months') }} as months
    cross join {{ ref('run_parameters') }} as parameters
),

covered as (
    select days.law, days.snapshot_date
    from days
    cross join {{ ref('run_parameters') }} as parameters
    where days.snapshot_date <= parameters.as_of and days.snapshot_date >= parameters.history_from
    qualify row_number() over (partition by days.law order by days.snapshot_date desc) <= 2
),

final as (
    select
        laws.law,
        covered.snapshot_date,
        laws.country,
        laws.hourly_pay_has,
        laws.is_by_category = 1 as is_by_category,
        laws.is_by_part_time = 1 as is_by_part_time
    from laws
    inner join covered on laws.law = covered.law
)

select * from final
