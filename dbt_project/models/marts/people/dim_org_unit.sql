with

units as (
    select
        org_unit_id,
        name,
        parent_id,
        kind,
        valid_from,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (partition by org_unit_id order by valid_from)
        ) as holds_to,
        load_seq
    from {{ ref('stg_hris__org_units') }}
),

final as (
    select
        org_unit_id,
        name,
        parent_id,
        kind,
        valid_from,
        nullif(holds_to, {{ far_future() }}) as valid_to,
        load_seq
    from units
    where holds_to > valid_from
)

select * from final
