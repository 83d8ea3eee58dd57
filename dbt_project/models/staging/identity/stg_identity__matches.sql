with

loads as (
    select load_seq, feed_id from {{ ref('stg_ledger__loads_in_force') }} where identity = 'person'
),

identifiers as (
    {{ rows_in_force('ledger', 'identity_map', ['worker_key', 'kind', 'value_token', 'valid_from']) }}
),

-- every identifier that somebody is known by; an id may be known from the list of workers alone
known as (
    select token, min(kind) as kind
    from (
        select value_token as token, kind from identifiers where value_token is not null
        union all
        select worker_id as token, 'id' as kind from {{ source('hris', 'workers') }} semi join loads using (load_seq)
    ) as named
    group by token
),

meanings as (
    select token, bool_or(valid_from <= date '1900-01-01' and valid_to >= {{ far_future() }}) as is_always
    from {{ ref('stg_identity__person_tokens') }}
    where worker_key is not null
    group by token
),

told as (
    select * from {{ ref('stg_identity__references') }}
),

resolved as (
    select * from {{ ref('stg_identity__references_in_time') }}
),

judged as (
    select
        told.*,
        known.kind,
        case
            when meanings.is_always then 'matched'
            when meanings.token is not null then 'in_time'
            when known.token is not null then 'ambiguous'
            else 'unknown'
        end as outcome
    from told
    left join known on told.token = known.token
    left join meanings on told.token = meanings.token
),

outcomes as (
    select table_name, column_name, feed_id, token, kind, outcome, n_rows
    from judged
    where outcome <> 'in_time'
    union all
    select
        resolved.table_name, resolved.column_name, resolved.feed_id, resolved.token, known.kind, 'matched',
        resolved.n_matched
    from resolved
    inner join known on resolved.token = known.token
    where resolved.n_matched > 0
    union all
    select
        resolved.table_name, resolved.column_name, resolved.feed_id, resolved.token, known.kind, 'outside_validity',
        resolved.n_rows - resolved.n_matched
    from resolved
    inner join known on resolved.token = known.token
    where resolved.n_matched < resolved.n_rows
),

-- what nobody is known by is taken for what the column else holds
usual as (
    select table_name, column_name, feed_id, kind
    from outcomes
    where kind is not null
    group by table_name, column_name, feed_id, kind
    qualify row_number() over (
        partition by table_name, column_name, feed_id order by count(*) desc, kind
    ) = 1
),

final as (
    select
        outcomes.feed_id,
        outcomes.table_name,
        outcomes.column_name,
        coalesce(outcomes.kind, usual.kind, 'not_known') as kind,
        outcomes.outcome,
        cast(sum(outcomes.n_rows) as bigint) as n_rows,
        count(distinct outcomes.token) as n_identifiers
    from outcomes
    left join usual
        on
            outcomes.feed_id = usual.feed_id
            and outcomes.table_name = usual.table_name
            and outcomes.column_name = usual.column_name
    group by
        outcomes.feed_id,
        outcomes.table_name,
        outcomes.column_name,
        coalesce(outcomes.kind, usual.kind, 'not_known'),
        outcomes.outcome
)

select * from final
