{# Rows that share a key. One scan and a group; dbt's `unique` takes one column only. #}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{# Months and places where closing less opening differs from the sum of the flows; the first month has no opening. #}
{% macro residuals(closing, flows) -%}
, places as (
    select months.month_end, months.month_number, places.place
    from {{ ref('months') }} as months
    cross join (select distinct place from {{ closing }} union select distinct place from {{ flows }}) as places
),

counted as (
    select
        places.month_end,
        places.month_number,
        places.place,
        coalesce(max(closing.n), 0) as closing,
        coalesce(sum(flows.n), 0) as flow
    from places
    left join {{ closing }} as closing on places.month_end = closing.month_end and places.place = closing.place
    left join (select month_end, place, sum(n) as n from {{ flows }} group by all) as flows
        on places.month_end = flows.month_end and places.place = flows.place
    group by all
),

opened as (
    select *, lag(closing) over (partition by place order by month_number) as opening
    from counted
)

select month_end, place, opening, flow, closing
from opened
where month_number > 1 and opening + flow <> closing
{%- endmacro %}
