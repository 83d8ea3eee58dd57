with

measured as (
    {{ over_headcount([('average_month_ends', 'n_involuntary_exits', 'average_headcount')]) }}
),

final as (
    {{ metric_cells('involuntary_turnover', 'measured') }}
)

select * from final
