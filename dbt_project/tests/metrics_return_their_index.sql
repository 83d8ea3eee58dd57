{{ config(description='Each metric has exactly the cells that the index expects of it, each once.') }}
with

expected as (
    select metric, convention_id, count(*) as n from {{ ref('expected_cells') }} group by all
),

measured as (
    select
        metric,
        convention_id,
        count(*) as n,
        count(distinct cell_number) as n_distinct
    from {{ ref('measured_cells') }}
    group by all
)

select
    coalesce(expected.metric, measured.metric) as metric,
    coalesce(expected.convention_id, measured.convention_id) as convention_id,
    expected.n as n_expected,
    measured.n as n_measured,
    measured.n_distinct
from expected
full outer join measured
    on expected.metric = measured.metric and expected.convention_id = measured.convention_id
where expected.n is distinct from measured.n or measured.n is distinct from measured.n_distinct
