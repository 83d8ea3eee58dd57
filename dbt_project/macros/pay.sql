{# Weeks that an amount covers, by what it is paid per: a month has 30.44 days and a year 365.25 (SI 2017/172, regulation 7). #}
{% macro weeks_of(per) -%}
case {{ per }} when 'week' then 1 when 'fortnight' then 2 when 'month' then 30.44 / 7 when 'year' then 365.25 / 7 end
{%- endmacro %}

{# Hours that an amount pays for: as told, else the contracted hours of the weeks that it covers. #}
{% macro hours_of(pay, weekly_hours) -%}
case
    when {{ pay }}.per = 'hour' then 1
    else nullif(coalesce({{ pay }}.hours, {{ weekly_hours }} * {{ weeks_of(pay ~ '.per') }}), 0)
end
{%- endmacro %}
