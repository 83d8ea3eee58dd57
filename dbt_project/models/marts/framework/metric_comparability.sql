with

final as (
    select metric, period_end, comparable_since from {{ ref('comparability') }}
)

select * from final
