with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1 as n_people,
        enps_point,
        enps_point * enps_point as point_squared
    from {{ ref('survey_people') }}
    where enps_point is not null
),

segmented as (
    {{ roll_up('people', ['quarter_end'], ['n_people', 'enps_point', 'point_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'bands_0_6_9_10' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        enps_point as numerator,
        n_people as denominator,
        point_squared as sum_squares,
        n_people > 1 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('enps', 'measured', moments=['sum_squares']) }}
)

select * from final
