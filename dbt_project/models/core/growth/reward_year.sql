-- Pay is compared with itself only: in one currency, per the same stretch of time, by the hour where hours are told and for
-- full time where they are not. A raise that came with a promotion is a raise.
with

last_quarter as (
    select max(quarter_end) as last_day
    from (select quarter_end, count(*) as n_months from {{ ref('months') }} group by quarter_end)
    where n_months = 3
),

bounds as (
    select
        last_day,
        {{ add_days(month_end(add_months('last_day', -12)), 1) }} as first_day,
        {{ month_end(add_months('last_day', -12)) }} as opening_day
    from last_quarter
),

people as (
    select months.*, bounds.first_day, bounds.last_day, bounds.opening_day
    from {{ ref('worker_months') }} as months
    inner join bounds on months.month_end = bounds.opening_day
    where months.is_employed_at_end and months.level is not null and months.employed_to > bounds.last_day
),

pay as (
    select *, (valid_from, sequence) as place from {{ ref('stg_hris__compensation') }} where worker_key is not null
),

points as (
    select people.worker_key, months.month_end as on_day, months.fte
    from people
    inner join {{ ref('worker_months') }} as months
        on people.worker_key = months.worker_key and months.month_end in (people.opening_day, people.last_day)
),

base_pay as (
    select
        points.worker_key,
        points.on_day,
        max_by(pay.currency, pay.place) as currency,
        max_by(pay.per, pay.place) as per,
        max_by(pay.hours is null, pay.place) as is_without_hours,
        max_by(pay.amount, pay.place) as amount,
        max_by(pay.amount / nullif(coalesce(pay.hours, points.fte), 0), pay.place) as rate
    from points
    inner join pay on points.worker_key = pay.worker_key
    where
        pay.component = 'base'
        and pay.valid_from <= points.on_day
        and coalesce(pay.valid_to, {{ far_future() }}) > points.on_day
    group by points.worker_key, points.on_day
),

bonuses as (
    select pay.worker_key, pay.currency, sum(pay.amount) as amount
    from pay
    cross join bounds
    where pay.component = 'bonus' and pay.valid_from >= bounds.first_day and pay.valid_from <= bounds.last_day
    group by pay.worker_key, pay.currency
),

-- whoever was paid in another currency has no share of pay, and nobody has one where no bonus is told of anybody
any_bonus as (
    select count(*) > 0 as is_told from bonuses
),

paid as (
    select worker_key, max(currency) as currency, max(amount) as amount
    from bonuses
    group by worker_key
    having count(*) = 1
),

counted as (
    select
        measures.worker_key,
        sum(case when measures.measure = 'recognition' then measures.total else 0 end) as n_recognitions,
        max(case when measures.measure = 'promotion' then 1 else 0 end) as is_promoted
    from {{ ref('growth_measures') }} as measures
    cross join bounds
    where
        measures.measure in ('recognition', 'promotion')
        and measures.quarter_end >= bounds.first_day
        and measures.quarter_end <= bounds.last_day
    group by measures.worker_key
),

final as (
    select
        people.worker_key,
        people.first_day as period_start,
        people.last_day as period_end,
        people.level,
        coalesce(people.job_family, 'none') as job_family,
        cast({{ full_months('people.employed_from', 'people.first_day') }} as double) / 12 as tenure_years,
        case
            when
                opening.currency = closing.currency and opening.per = closing.per
                and opening.is_without_hours = closing.is_without_hours and opening.rate > 0
                then cast(closing.rate / opening.rate - 1 as double)
        end as raise,
        case
            when any_bonus.is_told and opening.amount > 0 and opening.per in ('month', 'year') then cast(
                case
                    when bonuses_of.worker_key is null then 0
                    when paid.currency = opening.currency
                        then paid.amount / (opening.amount * case when opening.per = 'month' then 12 else 1 end)
                end as double
            )
        end as bonus,
        cast(coalesce(counted.n_recognitions, 0) as double) as recognition,
        cast(coalesce(counted.is_promoted, 0) as double) as promotion
    from people
    cross join any_bonus
    left join base_pay as opening
        on people.worker_key = opening.worker_key and people.opening_day = opening.on_day
    left join base_pay as closing
        on people.worker_key = closing.worker_key and people.last_day = closing.on_day
    left join paid on people.worker_key = paid.worker_key
    left join (select distinct worker_key from bonuses) as bonuses_of on people.worker_key = bonuses_of.worker_key
    left join counted on people.worker_key = counted.worker_key
)

select * from final
