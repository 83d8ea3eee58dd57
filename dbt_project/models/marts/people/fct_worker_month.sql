with

final as (
    select
        worker_key,
        month_end,
        is_employed_at_end,
        n_days,
        n_leave_days,
        employed_from,
        level_since,
        job_id,
        job_family,
        level,
        track,
        org_unit_id,
        manager_key,
        manager_basis,
        location,
        country,
        legal_entity,
        worker_category,
        fte,
        load_seq
    from {{ ref('worker_months') }}
)

select * from final
