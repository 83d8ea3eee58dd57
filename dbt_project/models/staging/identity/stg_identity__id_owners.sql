-- A former id (alias) leads to the person of today, also by way of several systems. On days on which two people are said to
-- be behind it nobody is guessed: the id means itself.
with

aliases as (
    select token, worker_key, valid_from, valid_to
    from {{ ref('stg_identity__claims') }}
    where kind = 'alias' and token <> worker_key
),

days as (
    {{ cut_days('aliases', 'token') }}
),

owners_0 as (
    select
        days.token,
        case
            when count(distinct aliases.worker_key) = 1 then min(aliases.worker_key) else days.token
        end as worker_key,
        days.valid_from,
        days.valid_to
    from days
    left join aliases
        on
            days.token = aliases.token
            and days.valid_from >= aliases.valid_from
            and days.valid_from < aliases.valid_to
    group by days.token, days.valid_from, days.valid_to
),

-- the owner may be a former id in turn; each round doubles how many systems may lie between
owners_1 as (
    {{ owners_of_owners('owners_0') }}
),

owners_2 as (
    {{ owners_of_owners('owners_1') }}
),

owners_3 as (
    {{ owners_of_owners('owners_2') }}
),

final as (
    select token, worker_key, valid_from, valid_to from owners_3
)

select * from final
