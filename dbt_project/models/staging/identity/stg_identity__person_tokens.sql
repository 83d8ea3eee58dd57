-- A token that only ever meant one person means them on every day; one that passed from hand to hand means each of its
-- owners in their time, and nobody where two owners overlap: ambiguous matches are never guessed.
with

identifiers as (
    {{ rows_in_force('ledger', 'identity_map', ['worker_key', 'kind', 'value_token', 'valid_from']) }}
),

workers as (
    {{ rows_in_force('hris', 'workers', ['worker_id', 'hire_date']) }}
),

-- A former id (alias) leads to the person of today; every other id leads to itself.
claims as (
    select value_token as token, worker_key, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
    from identifiers
    where value_token is not null and value_token <> worker_key
    union all
    select distinct worker_id, worker_id, date '1900-01-01', date '9999-12-31'
    from workers
    anti join (select value_token as worker_id from identifiers where kind = 'alias') as aliases using (worker_id)
),

owners as (
    select token, count(distinct worker_key) as n_owners from claims group by token
),

single_owner as (
    select
        claims.token,
        any_value(claims.worker_key) as worker_key,
        date '1900-01-01' as valid_from,
        date '9999-12-31' as valid_to
    from claims
    inner join owners on claims.token = owners.token
    where owners.n_owners = 1
    group by claims.token
),

shared as (
    select distinct claims.token, claims.worker_key, claims.valid_from, claims.valid_to
    from claims
    inner join owners on claims.token = owners.token
    where owners.n_owners > 1
),

-- Of one owner's overlapping claims the first starts an island; the island ends with the last of them.
marked as (
    select
        *,
        valid_from > coalesce(
            max(valid_to) over (
                partition by token, worker_key order by valid_from, valid_to
                rows between unbounded preceding and 1 preceding
            ), date '1900-01-01'
        ) as is_start
    from shared
),

islands as (
    select
        token,
        worker_key,
        valid_from,
        valid_to,
        sum(case when is_start then 1 else 0 end) over (
            partition by token, worker_key order by valid_from, valid_to rows unbounded preceding
        ) as island
    from marked
),

merged as (
    select token, worker_key, min(valid_from) as valid_from, max(valid_to) as valid_to
    from islands
    group by token, worker_key, island
),

overlapping as (
    select distinct one.token, one.worker_key, one.valid_from
    from merged as one
    inner join merged as other on one.token = other.token
    where
        one.worker_key <> other.worker_key
        and one.valid_from < other.valid_to
        and other.valid_from < one.valid_to
),

final as (
    select token, worker_key, valid_from, valid_to from single_owner
    union all
    select token, worker_key, valid_from, valid_to
    from merged
    anti join overlapping using (token, worker_key, valid_from)
)

select * from final
