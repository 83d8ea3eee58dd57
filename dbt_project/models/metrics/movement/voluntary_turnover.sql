with

measured as (
    {{ over_headcount([
        ('average_month_ends', 'n_voluntary_exits', 'average_headcount'),
        ('person_days', 'n_voluntary_exits', 'average_employed')
    ]) }}
),

final as (
    {{ metric_cells('voluntary_turnover', 'measured') }}
)

select * from final
