with

final as (
    select
        line_id,
        worker_key,
        org_unit_id,
        manager_key,
        valid_from,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (partition by line_id order by valid_from)
        ) as holds_to
    from {{ ref('stg_hris__reporting_lines') }}
    where kind = 'solid' and manager_key is not null
)

select * from final
