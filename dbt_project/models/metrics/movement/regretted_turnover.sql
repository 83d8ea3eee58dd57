with

measured as (
    {{ over_headcount([
        ('average_month_ends', 'n_regretted_exits', 'average_headcount'),
        ('person_days', 'n_regretted_exits', 'average_employed')
    ]) }}
),

final as (
    {{ metric_cells('regretted_turnover', 'measured') }}
)

select * from final
