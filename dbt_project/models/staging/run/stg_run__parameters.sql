with

final as (
    select as_of, as_known_at, history_from from {{ source('run', 'parameters') }}
)

select * from final
