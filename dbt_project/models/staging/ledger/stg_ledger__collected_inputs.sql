with

loads_in_force as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

feed_tables as (
    select * from {{ source('ledger', 'feed_tables') }}
),

load_columns as (
    select * from {{ source('ledger', 'load_columns') }}
),

tables as (
    select distinct feed_tables.table_name as input_name
    from loads_in_force
    inner join feed_tables on loads_in_force.feed_id = feed_tables.feed_id
),

-- a column that no load ever filled is not collected, whatever its table holds
columns as (
    select distinct concat(load_columns.table_name, '.', load_columns.column_name) as input_name
    from loads_in_force
    inner join load_columns on loads_in_force.load_seq = load_columns.load_seq
    where load_columns.null_share < 1
),

final as (
    select input_name from tables
    union all
    select input_name from columns
)

select * from final
