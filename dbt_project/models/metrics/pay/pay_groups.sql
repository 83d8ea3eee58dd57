-- A law has its own words for groups; who has none of them is in no figure of that law. The company looks at every
-- attribute and at everybody: undisclosed is a group and no reference.
with

laws as (
    select * from {{ ref('pay_snapshots') }} where hourly_pay_has <> 'none'
),

people as (
    select
        laws.law,
        laws.is_by_category,
        laws.is_by_part_time and people.is_part_time as is_shown_as_part_time,
        people.*,
        people.basic_hourly + people.allowance_hourly
        + case
            when laws.hourly_pay_has = 'all_pay_of_the_year' then coalesce(people.bonus, 0) / people.yearly_hours
            else people.bonus_hourly_in_period
        end as hourly_pay,
        people.bonus
        + case
            when laws.hourly_pay_has = 'all_pay_of_the_year' then people.allowance_hourly * people.yearly_hours else 0
        end as variable_pay
    from {{ ref('pay_people') }} as people
    inner join laws
        on people.snapshot_date = laws.snapshot_date and (people.country = laws.country or laws.country = '*')
),

grouped as (
    select
        people.*,
        groups.attribute,
        case when people.law = 'company' then groups.group_value else categories.category end as group_value,
        coalesce(categories.is_reference, 0) as is_reference
    from people
    inner join {{ ref('worker_groups') }} as groups
        on
            people.worker_key = groups.worker_key
            and people.snapshot_date >= groups.valid_from
            and people.snapshot_date < groups.valid_to
    left join {{ ref('law_categories') }} as categories
        on
            people.law = categories.law
            and groups.attribute = categories.attribute
            and groups.group_value = categories.group_value
    where people.law = 'company' or categories.category is not null
),

-- as the law or the company says, else the largest: a reference chosen for its pay would be no fair test
chosen as (
    select law, snapshot_date, attribute, group_value as reference_group
    from grouped
    where group_value <> 'undisclosed'
    group by law, snapshot_date, attribute, group_value
    qualify row_number() over (
        partition by law, snapshot_date, attribute order by max(is_reference) desc, count(*) desc, group_value
    ) = 1
),

final as (
    select
        grouped.law,
        grouped.snapshot_date,
        grouped.worker_key,
        grouped.legal_entity,
        grouped.country,
        grouped.worker_category,
        grouped.is_by_category,
        grouped.is_shown_as_part_time,
        grouped.currency,
        currencies.company_currency,
        currencies.rate,
        grouped.job_family,
        coalesce(cast(grouped.level as varchar), 'none') as level,
        case
            when grouped.tenure_months < 12 then '0'
            when grouped.tenure_months < 36 then '1_to_2'
            when grouped.tenure_months < 72 then '3_to_5'
            when grouped.tenure_months < 120 then '6_to_9'
            else '10'
        end as tenure_band,
        coalesce(cast(round(grouped.rating) as varchar), 'none') as rating,
        grouped.attribute,
        grouped.group_value,
        chosen.reference_group,
        grouped.is_full_pay,
        case when grouped.is_full_pay then grouped.hourly_pay end as hourly_pay,
        case when grouped.is_full_pay then grouped.basic_hourly end as basic_pay,
        grouped.variable_pay,
        grouped.hourly_pay * grouped.yearly_hours as yearly_pay
    from grouped
    inner join chosen
        on
            grouped.law = chosen.law
            and grouped.snapshot_date = chosen.snapshot_date
            and grouped.attribute = chosen.attribute
    left join {{ ref('pay_currencies') }} as currencies
        on grouped.snapshot_date = currencies.snapshot_date and grouped.currency = currencies.currency
    where grouped.currency is not null
)

select * from final
