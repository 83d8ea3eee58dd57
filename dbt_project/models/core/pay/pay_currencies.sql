-- The company's currency is the one in which most people are paid on the day; the rate is the last one told up to it.
with

used as (
    select snapshot_date, currency, count(*) as n
    from {{ ref('pay_people') }}
    where currency is not null
    group by snapshot_date, currency
),

main as (
    select snapshot_date, currency as company_currency
    from used
    qualify row_number() over (partition by snapshot_date order by n desc, currency asc) = 1
),

final as (
    select
        used.snapshot_date,
        used.currency,
        main.company_currency,
        case when used.currency = main.company_currency then 1 else max_by(rates.rate, rates.rate_date) end as rate
    from used
    inner join main on used.snapshot_date = main.snapshot_date
    left join {{ ref('stg_hris__fx_rates') }} as rates
        on
            used.currency = rates.from_currency
            and used.snapshot_date >= rates.rate_date
            and main.company_currency = rates.to_currency
    group by used.snapshot_date, used.currency, main.company_currency
)

select * from final
