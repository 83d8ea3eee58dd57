with

loads as (
    select * from {{ source('ledger', 'loads') }}
),

feeds as (
    select * from {{ source('ledger', 'feeds') }}
),

parameters as (
    select * from {{ ref('stg_run__parameters') }}
),

final as (
    select
        loads.load_seq,
        loads.feed_id,
        loads.source,
        feeds.feed,
        feeds.identity,
        feeds.cadence,
        feeds.owner,
        feeds.mode,
        loads.exported_at,
        loads.loaded_at,
        row_number() over (
            partition by loads.feed_id order by loads.exported_at, loads.file, loads.load_seq
        ) as load_order
    from loads
    inner join feeds on loads.feed_id = feeds.feed_id
    cross join parameters
    where
        loads.status in ('accepted', 'superseded')
        and loads.loaded_at <= parameters.as_known_at
        and (loads.superseded_at is null or loads.superseded_at > parameters.as_known_at)
)

select * from final
