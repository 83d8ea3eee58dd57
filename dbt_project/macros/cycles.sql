{# Half-years whose first and last day history covers, with the month end on which they open. `months` names a CTE. #}
{% macro half_year_cycles(months) -%}
select
    {{ add_days('opening.month_end', 1) }} as cycle_start,
    closing.month_end as cycle_end,
    opening.month_end as opening_month_end
from {{ months }} as opening
inner join {{ months }} as closing on last_day({{ add_months('opening.month_end', 6) }}) = closing.month_end
where extract(month from opening.month_end) in (6, 12)
{%- endmacro %}
