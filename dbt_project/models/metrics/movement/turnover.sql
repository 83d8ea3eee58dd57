with

measured as (
    {{ over_headcount([
        ('average_month_ends', 'n_exits', 'average_headcount'),
        ('person_days', 'n_exits', 'average_employed')
    ]) }}
),

final as (
    {{ metric_cells('turnover', 'measured') }}
)

select * from final
