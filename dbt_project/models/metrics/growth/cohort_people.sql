{#- means over what was observed in a window; of events it is whether there was one -#}
{%- set means = ['score_360', 'rating', 'team_checkins'] -%}
-- The quarter in which a cohort begins belongs to neither window: programmes run for weeks, and a score of that quarter
-- could be either's. A mean may come from a window that history cuts, the same for everybody of the cohort; whether there
-- was an event cannot, so those are empty unless both windows are whole.
with

measures as (
    select worker_key, measure, quarter_number, total, weight
    from {{ ref('growth_measures') }}
    where measure in ('promotion', '{{ means | join("', '") }}')
),

quarters as (
    select period_end as quarter_end, {{ quarter_number('period_end') }} as quarter_number
    from {{ ref('periods') }}
    where grain = 'quarter'
),

bounds as (
    select min(quarter_number) as first_number, max(quarter_number) as last_number from quarters
),

cohorts as (
    select
        quarters.quarter_number,
        quarters.quarter_end,
        {{ month_end(add_months('quarters.quarter_end', -3)) }} as baseline_end,
        {{ month_end(add_months('quarters.quarter_end', 12)) }} as last_day,
        quarters.quarter_number - 4 >= bounds.first_number
        and quarters.quarter_number + 4 <= bounds.last_number as is_whole
    from quarters
    cross join bounds
    where quarters.quarter_number > bounds.first_number and quarters.quarter_number < bounds.last_number
),

observed as (
    select
        measures.worker_key,
        {%- for side, sign in [('pre', '<'), ('post', '>')] %}
            {%- set inside = " and measures.quarter_number " ~ sign ~ " cohorts.quarter_number then" %}
            {%- for measure in means %}
                {%- set of = "case when measures.measure = '" ~ measure ~ "'" ~ inside %}
                sum({{ of }} measures.total end) / nullif(sum({{ of }} measures.weight end), 0) as {{ measure }}_{{ side }},
            {%- endfor %}
            max(case when measures.measure = 'promotion'{{ inside }} 1.0 end) as promotion_{{ side }},
        {%- endfor %}
        cohorts.quarter_number
    from measures
    inner join cohorts
        on
            measures.quarter_number >= cohorts.quarter_number - 4
            and measures.quarter_number <= cohorts.quarter_number + 4
    group by measures.worker_key, cohorts.quarter_number
),

-- Everybody who was there when the cohort began and still at the end of that quarter, as they stood before it.
final as (
    select
        months.worker_key,
        cohorts.quarter_number,
        cast(extract(year from cohorts.quarter_end) as integer) as cohort_year,
        months.level,
        coalesce(months.job_family, 'none') as job_family,
        case
            when {{ full_months('months.level_since', 'months.month_end') }} < 12 then 1
            when {{ full_months('months.level_since', 'months.month_end') }} < 36 then 2
            else 3
        end as tenure_band,
        observed.team_checkins_pre is not null as has_team,
        cast(coalesce(round(observed.rating_pre), -1) as integer) as rating_band,
        {%- for measure in means %}
            observed.{{ measure }}_pre,
            observed.{{ measure }}_post,
        {%- endfor %}
        case when cohorts.is_whole then coalesce(observed.promotion_pre, 0.0) end as promotion_pre,
        case when cohorts.is_whole then coalesce(observed.promotion_post, 0.0) end as promotion_post,
        case when cohorts.is_whole then 1.0 end as retention_pre,
        case when not cohorts.is_whole then null when months.employed_to > cohorts.last_day then 1.0 else 0.0 end
            as retention_post
    from {{ ref('worker_months') }} as months
    inner join cohorts on months.month_end = cohorts.baseline_end
    left join observed
        on months.worker_key = observed.worker_key and cohorts.quarter_number = observed.quarter_number
    where months.is_employed_at_end and months.level is not null and months.employed_to > cohorts.quarter_end
)

select * from final
