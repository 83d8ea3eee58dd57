-- A position's row begins with whoever fills it; a fill that does not say where the person came from is left out.
with

filled as (
    select
        {{ month_end('filled_date') }} as month_end,
        org_unit_id,
        level,
        cast(null as varchar) as manager_key,
        1 as n_filled,
        case when fill_source = 'internal' then 1 else 0 end as n_internal
    from {{ ref('position_fills') }}
),

segmented as (
    {{ roll_up('filled', ['month_end'], ['n_filled', 'n_internal'], ['company', 'org_unit', 'level']) }}
),

measured as (
    select
        'fills_of_positions' as convention_id,
        periods.period_end,
        segmented.segment_kind,
        segmented.segment_id,
        sum(segmented.n_filled) as n,
        sum(segmented.n_internal) as numerator,
        sum(segmented.n_filled) as denominator,
        periods.last_month_number >= 12 as is_sufficient
    from {{ ref('periods') }} as periods
    inner join {{ ref('months') }} as months
        on months.month_number between periods.last_month_number - 11 and periods.last_month_number
    inner join segmented on months.month_end = segmented.month_end
    where periods.grain = 'quarter'
    group by all
),

final as (
    {{ metric_cells('internal_fill_rate', 'measured') }}
)

select * from final
