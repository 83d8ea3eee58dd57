with

pools as (
    select
        quarter_end as period_end,
        segment_kind,
        segment_id,
        count(distinct position_id) as n_positions,
        count(distinct worker_key) as n_people,
        coalesce(sum(n_shared), 0) as n_shared,
        bool_and(is_told) as is_told
    from {{ ref('bench') }}
    where is_leadership
    group by all
),

measured as (
    select
        'people_whole' as convention_id, period_end, segment_kind, segment_id,
        n_positions as n, n_people as numerator, n_positions as denominator, is_told as is_sufficient
    from pools
    union all
    select
        'people_shared' as convention_id, period_end, segment_kind, segment_id,
        n_positions as n, n_shared as numerator, n_positions as denominator, is_told as is_sufficient
    from pools
),

final as (
    {{ metric_cells('successor_coverage', 'measured') }}
)

select * from final
