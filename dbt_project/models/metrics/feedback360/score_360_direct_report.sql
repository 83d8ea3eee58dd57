with

measured as (
    select * from {{ ref('score_cells') }} where metric = 'score_360_direct_report'
),

final as (
    {{ metric_cells('score_360_direct_report', 'measured', moments=['sum_squares']) }}
)

select * from final
