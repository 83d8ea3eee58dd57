{#
    The rows of one change log that hold as known at the run's `as_known_at`: of the loads in force, the last word on
    each key of each feed. Keys that were only ever inserted (`op` i) need no comparison, so only the few others are
    grouped (DECISIONS 5). Of an HRIS they carry the days that its feed speaks for, where a migration bounds them.
    Portable: semi join and max() stand on DuckDB and Spark alike.
#}
{% macro rows_in_force(domain, table, key) -%}
{%- set log = source(domain, table) -%}
{%- set keys = (['feed_id'] + key) | join(', ') -%}
with loads as (
    {{ loads_of(domain, table) }}
),

touched as (
    select {{ keys }}, max(loads.load_order) as last_order
    from {{ log }} as log
    inner join loads using (load_seq, feed_id)
    semi join (select {{ keys }} from {{ log }} where op <> 'i') as later using ({{ keys }})
    group by all
)

select
    log.*, loads.load_order
    {{- ', loads.speaks_from, loads.speaks_to' if domain == 'hris' }}
from {{ log }} as log
inner join loads using (load_seq, feed_id)
left join touched using ({{ keys }})
where touched.last_order is null or (touched.last_order = loads.load_order and log.op <> 'd')
{%- endmacro %}


{# The loads in force; for a table of an HRIS with the days that its feed speaks for. #}
{% macro loads_of(domain, table) -%}
select
    loads.load_seq, loads.feed_id, loads.load_order, loads.exported_at
    {{- ', bounds.speaks_from, bounds.speaks_to' if domain == 'hris' }}
from {{ ref('stg_ledger__loads_in_force') }} as loads
{%- if domain == 'hris' %}
left join {{ ref('stg_ledger__feed_bounds') }} as bounds
    on loads.feed_id = bounds.feed_id and bounds.table_name = '{{ domain }}.{{ table }}'
{%- endif %}
{%- endmacro %}


{#
    rows_in_force for effective-dated tables. Feeds that date nothing (`undated` in the column map) tell their history by
    successive snapshots: a row holds from the day of the snapshot that first said it to the day of the one that changed it.
    `is_event`: which rows tell of a day alone and hold no longer.
#}
{% macro dated_rows_in_force(domain, table, key, columns, is_event='false') -%}
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
        loads.speaks_from,
        loads.speaks_to,
        loads.load_order,
        cast(loads.exported_at as date) as said_from,
        lead(cast(loads.exported_at as date)) over (
            partition by {{ identity }} order by loads.load_order
        ) as said_to
    from {{ log }} as log
    inner join ({{ loads_of(domain, table) }}) as loads using (load_seq, feed_id)
    semi join undated_feeds using (feed_id)
),

told as (
    select load_seq, feed_id, row_no, speaks_from, speaks_to, {{ columns | join(', ') }}
    from dated
    anti join undated_feeds using (feed_id)
    union all
    select
        load_seq, feed_id, row_no, speaks_from, speaks_to,
        {%- for column in columns %}
        {% if column == 'valid_from' %}said_from{% elif column == 'valid_to' %}said_to{% else %}{{ column }}{% endif %}
        {{- ' as ' ~ column if column in ('valid_from', 'valid_to') }}{{ ',' if not loop.last }}
        {%- endfor %}
    from versions
    where op <> 'd' and (said_to is null or said_to > said_from)
)

{{ in_their_days('told', key, columns, is_event) }}
{%- endmacro %}


{#
    Rows cut to the days that their feed speaks for: what a system tells of days before it took over, or after it was
    followed, is set aside (DECISIONS 28). Of what a new system tells of earlier days, the last row of each subject reaches
    the cut-over and holds from there. Where no migration is declared nothing is cut and nothing compared.
#}
{% macro in_their_days(rows, key, columns, is_event='false') -%}
{%- set subject = ['feed_id'] + (key | reject('in', ['valid_from', 'sequence']) | list) -%}
select
    told.load_seq, told.feed_id, told.row_no,
    {%- for column in columns %}
    {% if column == 'valid_from' -%} greatest(told.valid_from, told.speaks_from) as valid_from
    {%- elif column == 'valid_to' -%} least(told.valid_to, told.speaks_to) as valid_to
    {%- else -%} told.{{ column }} {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ rows }} as told
left join (
    select {{ subject | join(', ') }}, max(valid_from) as reaches_from
    from {{ rows }}
    where valid_from <= speaks_from and not ({{ is_event }})
    group by {{ subject | join(', ') }}
) as last_words using ({{ subject | join(', ') }})
where
    coalesce(told.valid_from < told.speaks_to, true)
    and (
        coalesce(told.valid_from >= told.speaks_from, true)
        or (
            told.valid_from = last_words.reaches_from
            and not ({{ is_event }})
            {{- "and coalesce(told.valid_to > told.speaks_from, true)" if 'valid_to' in columns }}
        )
    )
{%- endmacro %}


{# Whether a fact of one day is told by the system that speaks for that day. #}
{% macro is_in_its_days(rows, day) -%}
coalesce({{ day }} >= {{ rows }}.speaks_from, true) and coalesce({{ day }} < {{ rows }}.speaks_to, true)
{%- endmacro %}
