{%- set kinds = ['check_in', 'coaching', 'career', 'contract'] -%}
{%- set sums = ['n_people', 'n_months', 'months_squared'] -%}
{%- for kind in kinds %}{% do sums.extend(['n_' ~ kind, kind ~ '_squared', kind ~ '_by_months']) %}{% endfor -%}
-- Who was in two places within the quarter has a row in each and counts by halves, so that the company counts them once.
with

held as (
    select
        worker_key,
        {%- for kind in kinds %}
            max(case when kind = '{{ kind }}' then 1 else 0 end) as n_{{ kind }},
        {%- endfor %}
        month_end
    from {{ ref('checkins') }}
    group by worker_key, month_end
),

people as (
    select
        months.worker_key, months.quarter_end, months.org_unit_id, months.level, months.manager_key,
        max(months.month_end) as month_end,
        {%- for kind in kinds %}
            count(case when held.n_{{ kind }} = 1 then 1 end) as n_{{ kind }},
        {%- endfor %}
        count(*) as n_months
    from {{ ref('worker_months') }} as months
    left join held on months.worker_key = held.worker_key and months.month_end = held.month_end
    where months.manager_key is not null and months.n_leave_days < months.n_days
    group by all
),

counted as (
    select *, 1.0 / count(*) over (partition by worker_key, quarter_end) as n_people
    from people
),

places as (
    select
        quarter_end, month_end, org_unit_id, level, manager_key,
        sum(n_people) as n_people,
        {%- for kind in kinds %}
            sum(n_{{ kind }}) as n_{{ kind }},
            sum(n_{{ kind }} * n_{{ kind }}) as {{ kind }}_squared,
            sum(n_{{ kind }} * n_months) as {{ kind }}_by_months,
        {%- endfor %}
        sum(n_months) as n_months,
        sum(n_months * n_months) as months_squared
    from counted
    group by all
),

segmented as (
    {{ roll_up('places', ['quarter_end'], sums, ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    {%- for kind in kinds %}
        select
            'checkin_cadence:{{ kind }}' as metric, 'share_of_report_months' as convention_id, quarter_end as period_end,
            segment_kind, segment_id, n_people as n, n_{{ kind }} as numerator, n_months as denominator,
            {{ kind }}_squared as sum_squares, {{ kind }}_by_months as sum_cross, months_squared as sum_denominator_squares,
            n_people >= 2 as is_sufficient
        from segmented
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    {{ metric_cells(['checkin_cadence:{checkin_kind}'], 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
