with

measured as (
    {{ over_headcount([
        ('average_month_ends', 'n_promotions + n_laterals', 'average_headcount'),
        ('person_days', 'n_promotions + n_laterals', 'average_employed')
    ]) }}
),

final as (
    {{ metric_cells('internal_mobility', 'measured') }}
)

select * from final
