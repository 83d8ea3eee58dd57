with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1 as n_invited,
        case when has_responded then 1 else 0 end as n_responded
    from {{ ref('survey_people') }}
    where is_invited
),

segmented as (
    {{ roll_up('people', ['quarter_end'], ['n_invited', 'n_responded'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'responded_of_invited' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_invited as n,
        n_responded as numerator,
        n_invited as denominator,
        true as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('response_rate', 'measured') }}
)

select * from final
