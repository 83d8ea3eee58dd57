with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1 as n_people,
        engagement_mean,
        engagement_mean * engagement_mean as engagement_squared
    from {{ ref('survey_people') }}
    where engagement_mean is not null
),

segmented as (
    {{ roll_up('people', ['quarter_end'], ['n_people', 'engagement_mean', 'engagement_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

-- threads add in any order: a sum that ends differently in its last digit would be another release
measured as (
    select
        'person_means' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        round(engagement_mean, 9) as numerator,
        n_people as denominator,
        round(engagement_squared, 9) as sum_squares,
        n_people > 1 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('engagement_index', 'measured', moments=['sum_squares']) }}
)

select * from final
