with

final as (
    select
        snapshot_date,
        company_currency,
        attribute,
        group_value,
        reference_group,
        concat(country, ' ', currency) as country,
        job_family,
        level,
        tenure_band,
        rating,
        count(*) as n,
        sum(ln(hourly_pay * rate)) as sum_log,
        sum(ln(hourly_pay * rate) * ln(hourly_pay * rate)) as sum_log_squares,
        cast(sum(yearly_pay * rate) as double) as yearly_pay
    from {{ ref('pay_groups') }}
    where law = 'company' and hourly_pay * rate > 0
    group by all
)

select * from final
