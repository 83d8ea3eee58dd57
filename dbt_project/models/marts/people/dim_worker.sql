with

spells as (
    select * from {{ ref('worker_spells') }}
),

spans as (
    select * from {{ ref('worker_spans') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

lives as (
    select worker_key, min(employed_from) as first_hire_date, cast(count(*) as integer) as n_spells
    from spells
    group by worker_key
),

-- the last span that has begun by the as-of date: the place of today, or the one left from
latest as (
    select spans.*
    from spans
    cross join parameters
    where spans.starts_on <= parameters.as_of
    qualify row_number() over (partition by spans.worker_key order by spans.starts_on desc) = 1
),

final as (
    select
        lives.worker_key,
        parameters.as_of,
        lives.first_hire_date,
        latest.employed_from as hire_date,
        nullif(latest.employed_to, {{ far_future() }}) as exit_date,
        latest.employed_to > parameters.as_of as is_employed,
        lives.n_spells,
        latest.org_unit_id,
        latest.manager_key,
        latest.job_id,
        latest.job_family,
        latest.level,
        latest.track,
        latest.level_since,
        latest.location,
        latest.country,
        latest.legal_entity,
        latest.worker_category,
        latest.fte
    from lives
    inner join latest on lives.worker_key = latest.worker_key
    cross join parameters
)

select * from final
