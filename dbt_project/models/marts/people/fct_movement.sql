with

final as (
    select
        worker_key,
        moved_on as movement_date,
        kind,
        from_org_unit_id,
        to_org_unit_id,
        from_level,
        to_level,
        is_voluntary,
        is_regretted,
        exit_reason,
        month_end,
        load_seq
    from {{ ref('movements') }}
    -- moves between functions are there for the walk of representation; here they are the job changes that they come with
    where kind not in ('function_change', 'function_reclassification')
)

select * from final
