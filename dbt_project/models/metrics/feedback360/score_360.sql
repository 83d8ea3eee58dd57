with

measured as (
    select * from {{ ref('score_cells') }} where metric = 'score_360'
),

final as (
    {{ metric_cells('score_360', 'measured', moments=['sum_squares']) }}
)

select * from final
