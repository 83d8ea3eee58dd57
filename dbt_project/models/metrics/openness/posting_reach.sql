{%- set kinds = ['company', 'org_unit', 'level'] -%}
-- A posting counts when it closes, where its unit stood then; views that nobody counted are no zero.
with

postings as (
    select
        periods.period_end,
        {{ month_end('postings.closed_date') }} as month_end,
        postings.org_unit_id,
        postings.level,
        cast(null as varchar) as manager_key,
        1 as n_postings,
        postings.n_applications,
        postings.n_applications * postings.n_applications as applications_squared,
        case when postings.n_views is not null then 1 else 0 end as n_viewed,
        coalesce(postings.n_views, 0) as n_views,
        coalesce(postings.n_views * postings.n_views, 0) as views_squared
    from {{ ref('postings') }} as postings
    inner join {{ ref('periods') }} as periods
        on
            postings.closed_date <= periods.period_end
            and postings.closed_date > {{ month_end(add_months('periods.period_end', -12)) }}
    where periods.grain = 'quarter'
),

segmented as (
    {{ roll_up('postings', ['period_end'],
        ['n_postings', 'n_applications', 'applications_squared', 'n_viewed', 'n_views', 'views_squared'], kinds) }}
),

applied as (
    select
        'mean_of_postings' as convention_id, period_end, segment_kind, segment_id,
        n_postings as n, n_applications as numerator, n_postings as denominator, applications_squared as sum_squares,
        n_postings > 1 as is_sufficient
    from segmented
),

viewed as (
    select
        'mean_of_postings' as convention_id, period_end, segment_kind, segment_id,
        n_viewed as n, n_views as numerator, n_viewed as denominator, views_squared as sum_squares,
        n_viewed > 1 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('posting_applications', 'applied', moments=['sum_squares']) }}
    union all
    {{ metric_cells('posting_views', 'viewed', moments=['sum_squares']) }}
)

select * from final
