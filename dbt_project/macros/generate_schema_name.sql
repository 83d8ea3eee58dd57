{# Schemas are named as configured: the build is a file of its own and shares no schema with anybody. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
