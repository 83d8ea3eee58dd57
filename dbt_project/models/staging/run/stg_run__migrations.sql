with

final as (
    select migration, old_source, cut_over, tolerated_loss from {{ source('run', 'migrations') }}
)

select * from final
