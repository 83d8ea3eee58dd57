{#
    A build file is new every night, so a model is made once, under its own name: dbt's own way makes it under another,
    looks for what stood there before and renames it, which costs more than most models do.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
{%- do nothing_there() -%}
{%- call statement('main', language=model['language']) -%}
{{ create_table_as(False, this.incorporate(type='table'), compiled_code, model['language']) }}
{%- endcall -%}
{%- do adapter.commit() -%}
{{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
{%- do nothing_there() -%}
{%- call statement('main') -%}
{{ get_create_view_as_sql(this.incorporate(type='view'), compiled_code) }}
{%- endcall -%}
{%- do adapter.commit() -%}
{{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}


{# A second build into the same file, as at a desk. #}
{% macro nothing_there() -%}
{%- set existing = load_cached_relation(this) -%}
{%- if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif -%}
{%- endmacro %}
