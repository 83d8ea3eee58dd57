with

months as (
    select * from {{ ref('migrated_months') }}
),

migrations as (
    select * from {{ ref('stg_run__migrations') }}
),

final as (
    select
        months.migration,
        migrations.old_source,
        migrations.cut_over,
        months.month_end,
        months.side,
        months.outcome,
        months.outcome not in ('stitched', 'left_before', 'hired_after') as is_loss,
        cast(months.n as bigint) as n,
        migrations.tolerated_loss
    from months
    inner join migrations on months.migration = migrations.migration
)

select * from final
