{# What the two engines write differently stands here and nowhere else. #}

{# One row a month from the month of `first` to the month of `last`: column `month_start`. #}
{% macro month_series(first, last) -%}
    {{ return(adapter.dispatch('month_series', 'fairlead')(first, last)) }}
{%- endmacro %}

{% macro duckdb__month_series(first, last) -%}
    unnest(generate_series(date_trunc('month', {{ first }}), date_trunc('month', {{ last }}), interval 1 month))
{%- endmacro %}

{% macro spark__month_series(first, last) -%}
    explode(sequence(date_trunc('month', {{ first }}), date_trunc('month', {{ last }}), interval 1 month))
{%- endmacro %}

{# Last day of the month of a date, as a date. #}
{% macro month_end(day) -%}
    cast(last_day(cast({{ day }} as date)) as date)
{%- endmacro %}

{# Last day of the calendar quarter of a date, as a date. #}
{% macro quarter_end(day) -%}
    cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 3, "date_trunc('quarter', " ~ day ~ ")")) }} as date)
{%- endmacro %}

{% macro days_between(first, last) -%}
    {{ dbt.datediff(first, last, 'day') }}
{%- endmacro %}

{% macro add_days(day, n) -%}
    cast({{ dbt.dateadd('day', n, day) }} as date)
{%- endmacro %}

{% macro add_months(day, n) -%}
    cast({{ dbt.dateadd('month', n, day) }} as date)
{%- endmacro %}

{# Full months from one date to a later one, as an integer. #}
{% macro full_months(first, last) -%}
    ({{ dbt.datediff(first, last, 'month') }}
        - case when extract(day from {{ last }}) < extract(day from {{ first }}) then 1 else 0 end)
{%- endmacro %}

{# The day after all days: an open end while it is compared. #}
{% macro far_future() -%} date '9999-12-31' {%- endmacro %}

{# Values of a group as one string, in the order of another column. #}
{% macro ordered_list(value, order, separator) -%}
    {{ return(adapter.dispatch('ordered_list', 'fairlead')(value, order, separator)) }}
{%- endmacro %}

{% macro duckdb__ordered_list(value, order, separator) -%}
    string_agg({{ value }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__ordered_list(value, order, separator) -%}
    listagg({{ value }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}

{# One row a part of a separated string. #}
{% macro split_rows(text, separator) -%}
    {{ return(adapter.dispatch('split_rows', 'fairlead')(text, separator)) }}
{%- endmacro %}

{% macro duckdb__split_rows(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__split_rows(text, separator) -%}
    explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{# Quarters counted from year 0, so that differences are quarters between. #}
{% macro quarter_number(day) -%}
    cast(extract(year from {{ day }}) * 4 + extract(quarter from {{ day }}) as integer)
{%- endmacro %}

{# One end of the 95% interval of a share (Wilson 1927; people_stats.intervals has the same), - or +; empty where nobody is. #}
{% macro wilson_end(part, whole, sign) -%}
{%- set z = 1.959963984540054 -%}
case when {{ whole }} > 0 then least(1.0, greatest(0.0,
    ({{ part }} + {{ z * z / 2 }} {{ sign }} {{ z }} * sqrt({{ part }} * ({{ whole }} - {{ part }}) / {{ whole }} + {{ z * z / 4 }}))
    / ({{ whole }} + {{ z * z }})
)) end
{%- endmacro %}
