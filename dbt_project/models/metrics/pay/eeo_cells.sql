with

people as (
    select people.worker_key, people.snapshot_date, people.legal_entity, people.country, people.eeo_category
    from {{ ref('pay_people') }} as people
    inner join {{ ref('pay_snapshots') }} as laws
        on laws.law = 'us' and people.snapshot_date = laws.snapshot_date and people.country = laws.country
),

told as (
    select
        people.*,
        max(case when groups.attribute = 'gender' then categories.category end) as sex,
        max(case when groups.attribute = 'ethnicity' then categories.category end) as race
    from people
    left join {{ ref('worker_groups') }} as groups
        on
            people.worker_key = groups.worker_key
            and people.snapshot_date >= groups.valid_from
            and people.snapshot_date < groups.valid_to
    left join {{ ref('law_categories') }} as categories
        on
            categories.law = 'us'
            and groups.attribute = categories.attribute
            and groups.group_value = categories.group_value
    group by people.worker_key, people.snapshot_date, people.legal_entity, people.country, people.eeo_category
),

final as (
    select
        snapshot_date,
        legal_entity,
        country,
        coalesce(eeo_category, 'none') as eeo_category,
        coalesce(sex, 'not reported') as sex,
        coalesce(race, 'not reported') as race,
        count(*) as n
    from told
    group by all
)

select * from final
