with

plans as (
    select * from {{ ref('stg_talent__plans') }} where worker_key is not null
),

items as (
    select * from {{ ref('stg_talent__plan_items') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

final as (
    select
        plans.plan_id,
        items.plan_item_id,
        plans.worker_key,
        cast(plans.created_at as date) as created_date,
        cast(plans.closed_at as date) as closed_date,
        plans.target_track,
        items.activity_type,
        items.due_date,
        items.completed_at,
        case
            when items.completed_at < {{ add_days('items.due_date', 1) }} then 'met_on_time'
            when items.completed_at is not null and items.due_date is not null then 'met_late'
            when items.completed_at is not null then 'met'
            when items.due_date is null or items.due_date > parameters.as_of then 'open'
            else 'overdue'
        end as item_status,
        {{ quarter_end('items.due_date') }} as quarter_end
    from plans
    left join items on plans.plan_id = items.plan_id
    cross join parameters
    where plans.created_at < {{ add_days('parameters.as_of', 1) }}
)

select * from final
