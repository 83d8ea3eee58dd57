-- A system is followed in a table only once the next one tells that table: what the new one does not keep, the old one
-- told last.
with

migrations as (
    select * from {{ ref('stg_run__migrations') }}
),

told as (
    select distinct loads.source, loads.feed_id, tables.table_name
    from {{ ref('stg_ledger__loads_in_force') }} as loads
    inner join {{ source('ledger', 'feed_tables') }} as tables on loads.feed_id = tables.feed_id
    where tables.domain = 'hris'
),

tables as (
    select distinct source, table_name from told
),

followed as (
    select migrations.migration, migrations.old_source, migrations.cut_over, new.table_name
    from migrations
    inner join tables as new on migrations.migration = new.source
    inner join tables as old on migrations.old_source = old.source and new.table_name = old.table_name
),

bounds as (
    select migration as source, table_name, cut_over as speaks_from, cast(null as date) as speaks_to from followed
    union all
    select old_source, table_name, cast(null as date), cut_over from followed
),

final as (
    select
        told.feed_id,
        told.table_name,
        max(bounds.speaks_from) as speaks_from,
        min(bounds.speaks_to) as speaks_to
    from told
    inner join bounds on told.source = bounds.source and told.table_name = bounds.table_name
    group by told.feed_id, told.table_name
)

select * from final
