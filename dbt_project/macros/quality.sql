{# The rows of one staged table that one check finds suspect: where each stands, and nothing of what it says. #}
{% macro suspects(check_id, table_name, relation, where='true') -%}
select '{{ check_id }}' as check_id, '{{ table_name }}' as table_name, feed_id, load_seq, row_no
from {{ relation }}
where {{ where }}
{%- endmacro %}


{# Days between two exports as a cadence declares them, empty for once; `ingest.cadence` warns by the same. #}
{% macro cadence_days(cadence) -%}
{%- set days_between = {'daily': 1, 'weekly': 7, 'monthly': 31, 'quarterly': 92, 'yearly': 366} -%}
case {{ cadence }} {%- for name, n_days in days_between.items() %} when '{{ name }}' then {{ n_days }}{% endfor %} end
{%- endmacro %}


{# How a silence is called: late from half as long again as expected, overdue from three times as long. #}
{% macro freshness(days, expected_days) -%}
case
    when {{ expected_days }} is null then 'no_rhythm'
    when {{ days }} > 3 * {{ expected_days }} then 'overdue'
    when {{ days }} > 1.5 * {{ expected_days }} then 'late'
    else 'on_time'
end
{%- endmacro %}


{# One finding as a sentence of its parts; `n_rows` as text, for an audience may be told no small number. #}
{% macro finding_sentence(n_rows, source, table_name, statement) -%}
concat(
    {{ n_rows }}, ' of ', {{ source }}, '/', split_part({{ table_name }}, '.', 2), ': ', {{ statement }}
)
{%- endmacro %}


{# The columns whose contract calls them special category, as SQL pairs of table and column: one list, the contracts'. #}
{% macro special_category_columns() -%}
{%- set pairs = [] -%}
{%- for source in (graph.sources.values() if execute else []) -%}
{%- for column in source.columns.values() if column.config.meta.get('sensitivity') == 'special_category' -%}
{%- do pairs.append("('" ~ source.source_name ~ '.' ~ source.name ~ "', '" ~ column.name ~ "')") -%}
{%- endfor -%}
{%- endfor -%}
{{ pairs | sort | join(', ') or "('', '')" }}
{%- endmacro %}
