-- What a source says of an identifier from one export to another. A snapshot that leaves it out ends it; one that dates
-- nothing is believed from its own day on, but for the first of its feed, before which nothing was said.
with

log as (
    select
        said.feed_id,
        said.worker_key,
        said.kind,
        said.value_token,
        said.valid_from,
        said.valid_to,
        said.op,
        loads.load_order,
        cast(loads.exported_at as date) as said_on,
        coalesce(sum(case when said.op = 'd' then 1 else 0 end) over (
            partition by said.feed_id, said.worker_key, said.kind, said.value_token, said.valid_from
            order by loads.load_order rows between unbounded preceding and 1 preceding
        ), 0) as stretch
    from {{ source('ledger', 'identity_map') }} as said
    inner join {{ ref('stg_ledger__loads_in_force') }} as loads
        on said.load_seq = loads.load_seq and said.feed_id = loads.feed_id
    where said.worker_key is not null and said.value_token is not null
),

stretches as (
    select
        worker_key,
        kind,
        value_token,
        valid_from,
        min(case when op <> 'd' then load_order end) as first_order,
        min(case when op <> 'd' then said_on end) as said_from,
        coalesce(max(case when op = 'd' then said_on end), {{ far_future() }}) as said_to,
        max_by(coalesce(valid_to, {{ far_future() }}), case when op <> 'd' then load_order end) as valid_to
    from log
    group by feed_id, worker_key, kind, value_token, valid_from, stretch
),

final as (
    select
        worker_key,
        kind,
        value_token as token,
        case when valid_from = date '1900-01-01' and first_order > 1 then said_from else valid_from end as valid_from,
        least(valid_to, said_to) as valid_to
    from stretches
    where first_order is not null and least(valid_to, said_to) > valid_from
)

select * from final
