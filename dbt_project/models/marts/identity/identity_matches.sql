with

parameters as (
    select as_of from {{ ref('run_parameters') }}
),

final as (
    select matches.source, matches.table_name, matches.outcome, matches.n, parameters.as_of
    from {{ ref('person_matches') }} as matches
    cross join parameters
)

select * from final
