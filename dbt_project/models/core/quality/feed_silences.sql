with

loads as (
    select * from {{ ref('stg_ledger__loads_in_force') }}
),

exports as (
    select
        *,
        cast(exported_at as date) as exported_on,
        {{ days_between(
            'lag(cast(exported_at as date)) over (partition by feed_id order by load_order)', 'cast(exported_at as date)'
        ) }} as n_days_after
    from loads
),

feeds as (
    select
        source,
        feed,
        any_value(owner) as owner,
        any_value(cadence) as cadence,
        count(*) as n_loads,
        {{ cadence_days('any_value(cadence)') }} as cadence_days,
        median(n_days_after) as usual_days,
        min(exported_on) as first_on,
        max(exported_on) as last_on
    from exports
    group by source, feed
),

-- A cadence is declared of a system. A feed of it may be rarer by nature, so it is also given its own rhythm, which it
-- takes two gaps to show.
waits as (
    select
        source, '*' as feed, any_value(owner) as owner, any_value(cadence) as cadence,
        cast(sum(n_loads) as bigint) as n_loads,
        min(first_on) as first_on, max(last_on) as last_on, max(cadence_days) as expected_days
    from feeds
    group by source
    union all
    select
        source, feed, owner, cadence, n_loads, first_on, last_on,
        case when n_loads > 2 then greatest(cadence_days, usual_days) end
    from feeds
),

newest as (
    select max(last_on) as last_on from feeds
),

-- measured against the newest export of all, never the clock: were it the HRIS's, an HRIS that stopped could not be late
aged as (
    select
        waits.*,
        {{ days_between('waits.last_on', 'newest.last_on') }} as n_days
    from waits
    cross join newest
),

final as (
    select
        source,
        feed,
        owner,
        cadence,
        n_loads,
        first_on,
        last_on,
        n_days,
        expected_days,
        {{ freshness('n_days', 'expected_days') }} as status
    from aged
)

select * from final
