with

counts as (
    select
        *,
        case when n_reports > 0 then n_people else 0 end as n_managers,
        sum(case when n_reports > 0 then n_people else 0 end) over up_to_here as last_rank,
        sum(case when n_reports > 0 then n_people else 0 end) over segment as n_all_managers
    from {{ ref('report_counts') }}
    window
        segment as (partition by month_end, segment_kind, segment_id),
        up_to_here as (partition by month_end, segment_kind, segment_id order by n_reports)
),

-- The value at a rank is the smallest number of reports that so many managers do not pass.
segmented as (
    select
        counts.month_end,
        counts.segment_kind,
        counts.segment_id,
        sum(counts.n_managers) as n_managers,
        sum(counts.n_people - counts.n_managers) as n_non_managers,
        sum(counts.n_reports * counts.n_people) as n_reports,
        sum(counts.n_reports * counts.n_reports * counts.n_people) as n_reports_squared,
        min(case when counts.last_rank >= counts.n_all_managers / 2.0 then nullif(counts.n_reports, 0) end) as low_middle,
        min(case when counts.last_rank >= counts.n_all_managers / 2.0 + 0.5 then nullif(counts.n_reports, 0) end)
            as high_middle,
        min(nullif(counts.n_reports, 0)) as least,
        max(counts.n_reports) as most,
        min(case when counts.last_rank >= ranks.low_rank then nullif(counts.n_reports, 0) end) as order_low,
        min(case when counts.last_rank >= ranks.high_rank then nullif(counts.n_reports, 0) end) as order_high
    from counts
    left join {{ ref('span_ranks') }} as ranks on counts.n_all_managers = ranks.n_managers
    group by counts.month_end, counts.segment_kind, counts.segment_id
),

measured as (
    select
        'mean_direct_reports' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_managers as n, n_reports as numerator, n_managers as denominator, n_reports_squared as sum_squares,
        null as order_low, null as order_high, n_managers > 1 as is_sufficient
    from segmented
    union all
    select
        'non_managers_to_managers', month_end, segment_kind, segment_id,
        n_managers + n_non_managers, n_non_managers, n_managers, null, null, null, true
    from segmented
    union all
    select
        'median_direct_reports', month_end, segment_kind, segment_id,
        n_managers, (low_middle + high_middle) / 2.0, null, null, order_low, order_high, true
    from segmented
    union all
    select 'fewest_direct_reports', month_end, segment_kind, segment_id, n_managers, least, null, null, null, null, true
    from segmented
    union all
    select 'most_direct_reports', month_end, segment_kind, segment_id, n_managers, most, null, null, null, null, true
    from segmented
),

final as (
    {{ metric_cells('span_of_control', 'measured', moments=['sum_squares', 'order_low', 'order_high']) }}
)

select * from final
