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

identified as (
    select
        known.token,
        known.kind,
        case when meanings.is_always then 'matched' when meanings.token is not null then 'in_time' else 'ambiguous' end
            as outcome
    from known
    left join meanings on known.token = meanings.token
),

-- counted at once: there are as many identifiers in a column as people, in fifty columns
judged as (
    select
        told.table_name,
        told.column_name,
        told.feed_id,
        identified.kind,
        coalesce(identified.outcome, 'unknown') as outcome,
        sum(told.n_rows) as n_rows,
        count(*) as n_identifiers
    from {{ ref('stg_identity__references') }} as told
    left join identified on told.token = identified.token
    group by all
),

in_time as (
    select resolved.*, identified.kind
    from {{ ref('stg_identity__references_in_time') }} as resolved
    inner join identified on resolved.token = identified.token
    where identified.outcome = 'in_time'
),

outcomes as (
    select table_name, column_name, feed_id, kind, outcome, n_rows, n_identifiers
    from judged
    where outcome <> 'in_time'
    union all
    select
        table_name, column_name, feed_id, kind, 'matched', sum(n_matched), count(*) filter (where n_matched > 0)
    from in_time
    group by all
    union all
    select
        table_name, column_name, feed_id, kind, 'outside_validity', sum(n_rows - n_matched),
        count(*) filter (where n_matched < n_rows)
    from in_time
    group by all
),

-- what nobody is known by is taken for what the column else holds
usual as (
    select table_name, column_name, feed_id, kind
    from outcomes
    where kind is not null
    qualify row_number() over (partition by table_name, column_name, feed_id order by n_identifiers desc, kind asc) = 1
),

final as (
    select
        outcomes.feed_id,
        outcomes.table_name,
        outcomes.column_name,
        coalesce(outcomes.kind, usual.kind, 'not_known') as kind,
        outcomes.outcome,
        cast(sum(outcomes.n_rows) as bigint) as n_rows,
        cast(sum(outcomes.n_identifiers) as bigint) as n_identifiers
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
    having sum(outcomes.n_rows) > 0
)

select * from final
