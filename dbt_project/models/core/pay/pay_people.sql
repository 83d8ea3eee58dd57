-- The last word of base pay and of allowances that holds on the day, and the variable pay of the twelve months up to it.
-- Hours are those that the pay is for, else the contracted ones; where neither is told there is no hourly pay.
with

snapshots as (
    select * from {{ ref('pay_snapshots') }}
),

dates as (
    select distinct snapshot_date from snapshots
),

people as (
    select spans.*, dates.snapshot_date
    from {{ ref('worker_spans') }} as spans
    inner join dates on spans.starts_on <= dates.snapshot_date and spans.ends_on > dates.snapshot_date
),

pay as (
    select *, (valid_from, sequence) as place from {{ ref('stg_hris__compensation') }} where worker_key is not null
),

rates as (
    select
        people.worker_key,
        people.snapshot_date,
        pay.component,
        max_by(pay.currency, pay.place) as currency,
        max_by(cast(pay.amount as double) / {{ hours_of('pay', 'people.weekly_hours') }}, pay.place) as hourly,
        max_by(coalesce(pay.hours / {{ weeks_of('pay.per') }}, people.weekly_hours), pay.place) as weekly_hours
    from people
    inner join pay on people.worker_key = pay.worker_key
    where
        pay.component in ('base', 'allowance')
        and pay.per <> 'once'
        and pay.valid_from <= people.snapshot_date
        and coalesce(pay.valid_to, {{ far_future() }}) > people.snapshot_date
    group by people.worker_key, people.snapshot_date, pay.component
),

-- a payment of a period counts in that period's hours; of the month of the snapshot only so much as is that month's
payments as (
    select
        dates.snapshot_date,
        pay.worker_key,
        pay.currency,
        sum(cast(pay.amount as double)) as yearly,
        sum(
            case
                when date_trunc('month', pay.valid_from) = date_trunc('month', dates.snapshot_date)
                    then
                        cast(pay.amount as double) * 7
                        / coalesce(nullif({{ days_between('pay.period_start', 'pay.period_end') }}, 0), 30.44)
                else 0
            end
        ) as weekly_in_period
    from pay
    inner join dates
        on pay.valid_from <= dates.snapshot_date and pay.valid_from > {{ add_months('dates.snapshot_date', -12) }}
    where pay.component = 'bonus'
    group by dates.snapshot_date, pay.worker_key, pay.currency
),

-- where no bonus is told of anybody nobody has one of nought
told as (
    select count(*) > 0 as is_bonus_told from pay where component = 'bonus'
),

absent as (
    select distinct leaves.worker_key, dates.snapshot_date
    from {{ ref('stg_hris__leaves') }} as leaves
    inner join dates
        on
            leaves.valid_from <= dates.snapshot_date
            and coalesce(leaves.valid_to, {{ far_future() }}) > dates.snapshot_date
    where leaves.worker_key is not null and leaves.paid_share < 1
),

ratings as (
    select reviews.worker_key, dates.snapshot_date, max_by(reviews.rating, reviews.reviewed_date) as rating
    from {{ ref('stg_hris__performance_reviews') }} as reviews
    inner join dates
        on
            reviews.reviewed_date <= dates.snapshot_date
            and reviews.reviewed_date > {{ add_months('dates.snapshot_date', -18) }}
    where reviews.worker_key is not null and reviews.rating is not null
    group by reviews.worker_key, dates.snapshot_date
),

final as (
    select
        people.worker_key,
        people.snapshot_date,
        coalesce(people.legal_entity, 'none') as legal_entity,
        coalesce(people.country, 'none') as country,
        base.currency,
        people.worker_category,
        people.eeo_category,
        coalesce(people.job_family, 'none') as job_family,
        people.level,
        coalesce(people.fte < 1, false) as is_part_time,
        {{ full_months('people.employed_from', 'people.snapshot_date') }} as tenure_months,
        ratings.rating,
        absent.worker_key is null as is_full_pay,
        base.weekly_hours * 365.25 / 7 as yearly_hours,
        base.hourly as basic_hourly,
        case when allowance.currency = base.currency then allowance.hourly else 0 end as allowance_hourly,
        coalesce(payments.weekly_in_period / nullif(base.weekly_hours, 0), 0) as bonus_hourly_in_period,
        case when told.is_bonus_told then coalesce(payments.yearly, 0) end as bonus
    from people
    cross join told
    left join rates as base
        on
            people.worker_key = base.worker_key
            and people.snapshot_date = base.snapshot_date
            and base.component = 'base'
    left join rates as allowance
        on
            people.worker_key = allowance.worker_key
            and people.snapshot_date = allowance.snapshot_date
            and allowance.component = 'allowance'
    left join payments
        on
            people.worker_key = payments.worker_key
            and people.snapshot_date = payments.snapshot_date
            and base.currency = payments.currency
    left join absent on people.worker_key = absent.worker_key and people.snapshot_date = absent.snapshot_date
    left join ratings on people.worker_key = ratings.worker_key and people.snapshot_date = ratings.snapshot_date
)

select * from final
