-- Identifiers that mean somebody only for a time are few: how each of their rows was resolved is asked of staging.
{%- set references = person_references() %}
with

loads as (
    select load_seq, feed_id from {{ ref('stg_ledger__loads_in_force') }} where identity = 'person'
),

in_time as (
    select token
    from {{ ref('stg_identity__person_tokens') }}
    where worker_key is not null
    group by token
    having not bool_or(valid_from <= date '1900-01-01' and valid_to >= {{ far_future() }})
),

final as (
    {%- for domain, table, column, key in references %}
        select
            '{{ domain }}.{{ table }}' as table_name, '{{ column }}' as column_name,
            rows_told.feed_id, rows_told.token, count(*) as n_rows, count(staged.{{ key }}) as n_matched
        from (
            select distinct feed_id, load_seq, row_no, {{ column }} as token
            from {{ source(domain, table) }} as log
            semi join loads using (load_seq, feed_id)
            semi join in_time on log.{{ column }} = in_time.token
            where op <> 'd'
        ) as rows_told
        inner join {{ ref('stg_' ~ domain ~ '__' ~ table) }} as staged
            on
                rows_told.load_seq = staged.load_seq
                and rows_told.row_no = staged.row_no
                and rows_told.feed_id = staged.feed_id
        group by rows_told.feed_id, rows_told.token
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
