{%- set references = person_references() -%}
with

loads as (
    select load_seq, feed_id from {{ ref('stg_ledger__loads_in_force') }} where identity = 'person'
),

final as (
    {%- for domain, table, column, key in references %}
        select
            '{{ domain }}.{{ table }}' as table_name, '{{ column }}' as column_name,
            feed_id, {{ column }} as token, count(*) as n_rows
        from {{ source(domain, table) }}
        semi join loads using (load_seq, feed_id)
        where op <> 'd' and {{ column }} is not null
        group by feed_id, {{ column }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
