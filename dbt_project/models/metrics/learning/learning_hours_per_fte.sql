-- Who was in two places within the quarter has a row in each and counts by halves, so that the company counts them once.
with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1.0 / count(*) over (partition by worker_key, quarter_end) as n_people,
        learning_hours,
        fte,
        learning_hours * learning_hours as hours_squared,
        learning_hours * fte as hours_by_fte,
        fte * fte as fte_squared
    from {{ ref('worker_quarters') }}
),

segmented as (
    {{ roll_up('people', ['quarter_end'],
        ['n_people', 'learning_hours', 'fte', 'hours_squared', 'hours_by_fte', 'fte_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'quarter' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        learning_hours as numerator,
        fte as denominator,
        hours_squared as sum_squares,
        hours_by_fte as sum_cross,
        fte_squared as sum_denominator_squares,
        n_people >= 2 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('learning_hours_per_fte', 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
