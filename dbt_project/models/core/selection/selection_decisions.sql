{%- set offers = {
    'stretch_work': 'stretch',
    'sponsorship': 'sponsorship',
    'mentoring': 'mentoring',
    'programme_seat': 'programme_seat',
    'training': 'training',
} -%}
{%- set kinds = "('" ~ offers.values() | join("', '") ~ "')" -%}
-- What was never recorded until a cycle's end was not withheld from anybody: nobody is in its pool. Being offered
-- something is the company's decision and counts; taking it is the person's.
with

months as (
    select * from {{ ref('months') }}
),

people as (
    select worker_key, month_end, org_unit_id, level, job_family
    from {{ ref('worker_months') }}
    where is_employed_at_end
),

cycles as (
    {{ half_year_cycles('months') }}
),

offered as (
    select worker_key, kind, cast(happened_at as date) as happened_on
    from {{ ref('development_events') }}
    where kind in {{ kinds }} and happened_at is not null
    union all
    select worker_key, 'training', cast(coalesce(enrolled_at, started_at, completed_at) as date)
    from {{ ref('learning') }}
    where coalesce(enrolled_at, started_at, completed_at) is not null
),

recorded as (
    select
        {%- for selection, kind in offers.items() %}
            bool_or(firsts.kind = '{{ kind }}') as {{ selection }},
        {%- endfor %}
        cycles.cycle_end
    from cycles
    inner join (select kind, min(happened_on) as happened_on from offered group by kind) as firsts
        on cycles.cycle_end >= firsts.happened_on
    group by cycles.cycle_end
),

chosen as (
    select
        offered.worker_key,
        {%- for selection, kind in offers.items() %}
            bool_or(offered.kind = '{{ kind }}') as {{ selection }},
        {%- endfor %}
        cycles.cycle_end
    from offered
    inner join cycles on offered.happened_on >= cycles.cycle_start and offered.happened_on <= cycles.cycle_end
    group by offered.worker_key, cycles.cycle_end
),

rated as (
    select reviews.worker_key, cycles.cycle_end, bool_or(reviews.performance = 'high') as high_rating
    from {{ ref('review_boxes') }} as reviews
    inner join cycles on reviews.reviewed_date >= cycles.cycle_start and reviews.reviewed_date <= cycles.cycle_end
    where reviews.performance is not null
    group by reviews.worker_key, cycles.cycle_end
),

final as (
    select
        people.*,
        cycles.cycle_end,
        promotion_pools.is_promoted as promotion,
        cast(null as boolean) as readiness,
        {%- for selection in offers %}
            case when recorded.{{ selection }} then coalesce(chosen.{{ selection }}, false) end as {{ selection }},
        {%- endfor %}
        rated.high_rating
    from people
    inner join cycles on people.month_end = cycles.opening_month_end
    left join {{ ref('promotion_pools') }} as promotion_pools
        on people.worker_key = promotion_pools.worker_key and cycles.cycle_end = promotion_pools.cycle_end
    left join recorded on cycles.cycle_end = recorded.cycle_end
    left join chosen on people.worker_key = chosen.worker_key and cycles.cycle_end = chosen.cycle_end
    left join rated on people.worker_key = rated.worker_key and cycles.cycle_end = rated.cycle_end
    union all
    -- readiness is known as of one day only
    select
        people.*,
        bands.as_of,
        null,
        bands.band = 'ready_now',
        {% for selection in offers %}null, {% endfor %}
        null
    from people
    inner join {{ ref('readiness_bands') }} as bands on people.worker_key = bands.worker_key
    where
        bands.knowledge = 'current' and not bands.is_track_change and bands.band <> 'no_ladder'
        and people.month_end = (select max(month_end) from months)
)

select * from final
