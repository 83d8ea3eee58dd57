{# Rows that share a key. One scan and a group; dbt's `unique` takes one column only. #}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
