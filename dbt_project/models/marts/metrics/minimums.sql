with

final as (
    select sensitivity_class, minimum, leader_minimum, reason from {{ ref('sensitivity_classes') }}
)

select * from final
