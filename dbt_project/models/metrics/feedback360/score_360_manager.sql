with

measured as (
    select * from {{ ref('score_cells') }} where metric = 'score_360_manager'
),

final as (
    {{ metric_cells('score_360_manager', 'measured', moments=['sum_squares']) }}
)

select * from final
