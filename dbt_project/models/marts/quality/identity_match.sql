{%- set counts = [] -%}
{%- for counted in ['n_rows', 'n_identifiers'] -%}
    {%- for outcome in ['matched', 'ambiguous', 'outside_validity', 'unknown'] -%}
        {%- set told = "matches." ~ counted ~ ") filter (where matches.outcome = '" ~ outcome ~ "')" -%}
        {%- do counts.append("cast(coalesce(sum(" ~ told ~ ", 0) as bigint) as " ~ counted ~ "_" ~ outcome) -%}
    {%- endfor -%}
{%- endfor -%}
with

matches as (
    select * from {{ ref('stg_identity__matches') }}
),

feeds as (
    select distinct feed_id, source, feed, owner from {{ ref('stg_ledger__loads_in_force') }}
),

final as (
    select
        feeds.source,
        feeds.feed,
        feeds.owner,
        matches.table_name,
        matches.column_name,
        matches.kind,
        cast(sum(matches.n_rows) as bigint) as n_rows,
        {{ counts | join(',\n        ') }},
        cast(coalesce(sum(matches.n_rows) filter (where matches.outcome = 'matched'), 0) as double)
        / sum(matches.n_rows) as matched_share
    from matches
    inner join feeds on matches.feed_id = feeds.feed_id
    group by feeds.source, feeds.feed, feeds.owner, matches.table_name, matches.column_name, matches.kind
)

select * from final
