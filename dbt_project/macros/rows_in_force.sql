{#
    The rows of one change log that hold as known at the run's `as_known_at`: of the loads in force, the last word on
    each key of each feed. Keys that were only ever inserted (`op` i) need no comparison, so only the few others are
    grouped (DECISIONS 5). Portable: semi join and max() stand on DuckDB and Spark alike.
#}
{% macro rows_in_force(domain, table, key) -%}
{%- set log = source(domain, table) -%}
{%- set keys = (['feed_id'] + key) | join(', ') -%}
with touched as (
    select {{ keys }}, max(loads.load_order) as last_order
    from {{ log }} as log
    inner join {{ ref('stg_ledger__loads_in_force') }} as loads using (load_seq, feed_id)
    semi join (select {{ keys }} from {{ log }} where op <> 'i') as later using ({{ keys }})
    group by all
)

select log.*, loads.load_order, cast(loads.exported_at as date) as exported_date
from {{ log }} as log
inner join {{ ref('stg_ledger__loads_in_force') }} as loads using (load_seq, feed_id)
left join touched using ({{ keys }})
where touched.last_order is null or (touched.last_order = loads.load_order and log.op <> 'd')
{%- endmacro %}


{#
    rows_in_force for effective-dated tables. Feeds that date nothing (`undated` in the column map) tell their history by
    successive snapshots: a row holds from the day of the snapshot that first said it to the day of the one that changed it.
#}
{% macro dated_rows_in_force(domain, table, key, columns) -%}
{%- set log = source(domain, table) -%}
{%- set identity = (['feed_id'] + (key | reject('equalto', 'valid_from') | list)) | join(', ') -%}
with dated as (
    {{ rows_in_force(domain, table, key) }}
),

undated_feeds as (
    select feed_id from {{ source('ledger', 'feed_tables') }}
    where is_undated and table_name = '{{ domain }}.{{ table }}'
),

versions as (
    select
        log.*,
        loads.load_order,
        cast(loads.exported_at as date) as said_from,
        lead(cast(loads.exported_at as date)) over (
            partition by {{ identity }} order by loads.load_order
        ) as said_to
    from {{ log }} as log
    inner join {{ ref('stg_ledger__loads_in_force') }} as loads using (load_seq, feed_id)
    semi join undated_feeds using (feed_id)
)

select load_seq, feed_id, row_no, exported_date, {{ columns | join(', ') }}
from dated
anti join undated_feeds using (feed_id)
union all
select
    load_seq, feed_id, row_no, said_from as exported_date,
    {%- for column in columns %}
    {% if column == 'valid_from' %}said_from{% elif column == 'valid_to' %}said_to{% else %}{{ column }}{% endif %}
    {{- ' as ' ~ column if column in ('valid_from', 'valid_to') }}{{ ',' if not loop.last }}
    {%- endfor %}
from versions
where op <> 'd' and (said_to is null or said_to > said_from)
{%- endmacro %}


{# Joins the person whom a token meant on a day, under `alias`. No match, or more than one, leaves the key empty. #}
{% macro join_person(alias, token, at) -%}
left join {{ ref('stg_identity__person_tokens') }} as {{ alias }}
        on
            {{ token }} = {{ alias }}.token
            and {{ at }} >= {{ alias }}.valid_from
            and {{ at }} < {{ alias }}.valid_to
{%- endmacro %}
