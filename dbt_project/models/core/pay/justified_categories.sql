with

final as (
    select distinct
        snapshots.snapshot_date, justifications.legal_entity, justifications.country, justifications.worker_category
    from {{ ref('stg_hris__pay_gap_justifications') }} as justifications
    inner join {{ ref('pay_snapshots') }} as snapshots
        on
            justifications.valid_from <= snapshots.snapshot_date
            and coalesce(justifications.valid_to, {{ far_future() }}) > snapshots.snapshot_date
)

select * from final
