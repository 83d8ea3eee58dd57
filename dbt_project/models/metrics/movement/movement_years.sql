{%- set events = [
    'n_exits', 'n_voluntary_exits', 'n_involuntary_exits', 'n_regretted_exits', 'n_promotions', 'n_laterals', 'n_exports',
    'n_promoted_exports'
] -%}
{%- set sums = [] -%}
{%- for event in events -%}
    {%- do sums.append('cast(sum(movement_months.' ~ event ~ ') as bigint) as ' ~ event) -%}
{%- endfor -%}
with

movement_months as (
    select * from {{ ref('movement_months') }}
),

months as (
    select * from {{ ref('months') }}
),

periods as (
    select * from {{ ref('periods') }} where grain = 'quarter'
),

summed as (
    select
        periods.period_end,
        movement_months.segment_kind,
        movement_months.segment_id,
        -- less than a year of history is no year
        periods.last_month_number >= 12 as is_whole_year,
        {{ sums | join(',\n        ') }},
        sum(movement_months.n_employed) as n_month_ends,
        sum(movement_months.n_days) as n_days
    from periods
    inner join months on months.month_number between periods.last_month_number - 11 and periods.last_month_number
    inner join movement_months on months.month_end = movement_months.month_end
    group by all
),

final as (
    select
        period_end,
        segment_kind,
        segment_id,
        {{ events | join(',\n        ') }},
        cast(n_month_ends as double) / 12 as average_headcount,
        cast(n_days as double)
        / {{ days_between(add_months('period_end', -12), 'period_end') }} as average_employed,  -- noqa: LT05
        is_whole_year
    from summed
)

select * from final
