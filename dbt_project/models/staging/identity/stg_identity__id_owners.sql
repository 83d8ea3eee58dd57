-- A former id (alias) leads to the person of today, also by way of several systems. On days on which two people are said to
-- be behind it nobody is guessed: the id means itself.
{%- set hops = 3 %}
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

-- the owner may be a former id in turn; each round doubles how many systems lie between
{%- for hop in range(hops) %}
owners_{{ hop + 1 }} as (
    select
        one.token,
        coalesce(other.worker_key, one.worker_key) as worker_key,
        greatest(one.valid_from, coalesce(other.valid_from, one.valid_from)) as valid_from,
        least(one.valid_to, coalesce(other.valid_to, one.valid_to)) as valid_to
    from owners_{{ hop }} as one
    left join owners_{{ hop }} as other
        on
            one.worker_key = other.token
            and one.token <> other.token
            and one.valid_from < other.valid_to
            and other.valid_from < one.valid_to
),

{%- endfor %}
final as (
    select token, worker_key, valid_from, valid_to from owners_{{ hops }}
)

select * from final
