-- A token that only ever meant one person means them on every day, and on rows without one. A token that passed from hand
-- to hand means each of its owners in their time, and nobody where two of them hold it or the row has no date.
with

id_owners as (
    select * from {{ ref('stg_identity__id_owners') }}
),

workers as (
    select worker_id, hire_date, coalesce(exit_date, {{ far_future() }}) as exit_date
    from (
        {{ rows_in_force('hris', 'workers', ['worker_id', 'hire_date']) }}
    ) as in_force
),

-- those whom a former id leads to are people too, also before any system of today has told of them
people as (
    select worker_id as token from workers
    union
    select worker_key from id_owners where worker_key <> token
),

-- a person's id means whom its aliases say, else that person
ids as (
    select token, worker_key, valid_from, valid_to
    from id_owners
    semi join people using (token)
    union all
    select token, token as worker_key, date '1900-01-01', {{ far_future() }}
    from people
    anti join id_owners using (token)
),

claims as (
    select
        said.token,
        said.kind,
        coalesce(owners.worker_key, said.worker_key) as worker_key,
        greatest(said.valid_from, coalesce(owners.valid_from, said.valid_from)) as valid_from,
        least(said.valid_to, coalesce(owners.valid_to, said.valid_to)) as valid_to
    from {{ ref('stg_identity__claims') }} as said
    left join id_owners as owners
        on
            said.worker_key = owners.token
            and said.valid_from < owners.valid_to
            and said.valid_to > owners.valid_from
    anti join ids on said.token = ids.token
    where said.token <> said.worker_key
),

owned as (
    select token, worker_key from ids
    union all
    select token, worker_key from claims
),

owners as (
    select token, min(worker_key) as worker_key, min(worker_key) < max(worker_key) as is_shared from owned group by token
),

spells as (
    select coalesce(owners.worker_key, workers.worker_id) as worker_key, workers.hire_date, workers.exit_date
    from workers
    left join id_owners as owners
        on
            workers.worker_id = owners.token
            and workers.hire_date >= owners.valid_from
            and workers.hire_date < owners.valid_to
),

several as (
    select token from owners where is_shared
),

contested as (
    select claims.token, claims.kind, claims.worker_key, claims.valid_from, claims.valid_to
    from claims
    semi join several using (token)
),

-- An address goes back with the job: of several owners each holds it while employed. A former id is nobody else's then.
held as (
    select
        contested.token,
        contested.worker_key,
        greatest(contested.valid_from, coalesce(spells.hire_date, contested.valid_from)) as valid_from,
        least(contested.valid_to, coalesce(spells.exit_date, contested.valid_to)) as valid_to
    from contested
    -- one equality: a second condition, of the left side alone, makes DuckDB compare each with each
    left join spells on case when contested.kind <> 'alias' then contested.worker_key end = spells.worker_key
    union all
    select ids.token, ids.worker_key, ids.valid_from, ids.valid_to
    from ids
    semi join several using (token)
),

shared as (
    select * from held where valid_from < valid_to
),

days as (
    {{ cut_days('shared', 'token') }}
),

final as (
    select token, worker_key, {{ no_day() }} as valid_from, {{ far_future() }} as valid_to, false as is_ambiguous
    from owners
    where not is_shared
    union all
    select
        days.token,
        case when count(distinct shared.worker_key) = 1 then min(shared.worker_key) end as worker_key,
        days.valid_from,
        days.valid_to,
        count(distinct shared.worker_key) > 1 as is_ambiguous
    from days
    inner join shared
        on
            days.token = shared.token
            and days.valid_from >= shared.valid_from
            and days.valid_from < shared.valid_to
    group by days.token, days.valid_from, days.valid_to
    union all
    select token, null as worker_key, {{ no_day() }} as valid_from, date '1900-01-01' as valid_to, true as is_ambiguous
    from owners
    where is_shared
)

select * from final
