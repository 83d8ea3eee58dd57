with

measured as (
    select * from {{ ref('score_cells') }} where metric = 'score_360_self'
),

final as (
    {{ metric_cells('score_360_self', 'measured', moments=['sum_squares']) }}
)

select * from final
