with

measures as (
    select * from {{ ref('stg_talent__external_measures') }}
),

parameters as (
    select * from {{ ref('run_parameters') }}
),

placed as (
    select
        *,
        {{ segment_kind_of('scope_kind') }} as segment_kind
    from measures
),

located as (
    select
        placed.*,
        {{ segment_id_of('placed.segment_kind', 'placed.scope_id', 'placed.owner_key') }} as segment_id,
        {{ add_days("coalesce(placed.period_end, " ~ add_months('placed.period_start', 3) ~ ")", -1) }} as last_day
    from placed
),

-- The last word within a quarter holds for it, as a stock does.
final as (
    select
        located.measure,
        located.segment_kind,
        located.segment_id,
        located.period_start,
        located.last_day,
        {{ quarter_end('located.last_day') }} as quarter_end,
        cast(located.value as double) as value,
        located.direction,
        located.data_source,
        located.owner_key,
        located.load_seq
    from located
    cross join parameters
    where located.segment_id is not null and located.last_day <= parameters.as_of
    qualify row_number() over (
        partition by located.measure, located.segment_kind, located.segment_id, {{ quarter_end('located.last_day') }}
        order by located.last_day desc, located.load_seq desc
    ) = 1
)

select * from final
