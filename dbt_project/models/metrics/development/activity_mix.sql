{%- set types = ['stretch', 'rotation', 'shadowing', 'cohort', 'simulation', 'peer_circle', 'micro_credential', 'coaching',
    'course'] -%}
{%- set sums = ['n_people', 'n_all', 'all_squared'] -%}
{%- for type in types %}{% do sums.extend(['n_' ~ type, type ~ '_squared', type ~ '_by_all']) %}{% endfor -%}
-- Who was in two places within the window has a row in each and counts by halves, so that the company counts them once.
with

facts as (
    select * from {{ ref('development_facts') }} where fact like 'activity_mix:%'
),

periods as (
    select * from {{ ref('periods') }} where grain = 'quarter'
),

placed as (
    select
        facts.worker_key, facts.quarter_end, months.org_unit_id, months.level, months.manager_key,
        max(facts.month_end) as month_end,
        {%- for type in types %}
            sum(case when facts.fact = 'activity_mix:{{ type }}' then facts.numerator else 0 end) as n_{{ type }},
        {%- endfor %}
        sum(facts.numerator) as n_all
    from facts
    inner join {{ ref('worker_months') }} as months
        on facts.worker_key = months.worker_key and facts.month_end = months.month_end
    group by all
),

windows as (
    select
        periods.period_end, placed.worker_key, placed.org_unit_id, placed.level, placed.manager_key,
        max(placed.month_end) as month_end,
        {%- for type in types %}
            sum(placed.n_{{ type }}) as n_{{ type }},
        {%- endfor %}
        sum(placed.n_all) as n_all
    from placed
    inner join periods
        on
            placed.quarter_end <= periods.period_end
            and placed.quarter_end > {{ add_months('periods.period_end', -12) }}
    group by all
),

people as (
    select *, 1.0 / count(*) over (partition by period_end, worker_key) as n_people
    from windows
),

places as (
    select
        period_end, month_end, org_unit_id, level, manager_key,
        sum(n_people) as n_people,
        {%- for type in types %}
            sum(n_{{ type }}) as n_{{ type }},
            sum(n_{{ type }} * n_{{ type }}) as {{ type }}_squared,
            sum(n_{{ type }} * n_all) as {{ type }}_by_all,
        {%- endfor %}
        sum(n_all) as n_all,
        sum(n_all * n_all) as all_squared
    from people
    group by all
),

segmented as (
    {{ roll_up('places', ['period_end'], sums, ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    {%- for type in types %}
        select
            'activity_mix:{{ type }}' as metric,
            'share_of_activities' as convention_id,
            period_end,
            segment_kind,
            segment_id,
            n_people as n, n_{{ type }} as numerator, n_all as denominator,
            {{ type }}_squared as sum_squares, {{ type }}_by_all as sum_cross, all_squared as sum_denominator_squares,
            n_people >= 2 as is_sufficient
        from segmented
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    {{ metric_cells(['activity_mix:{activity_type}'], 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
