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
        {%- for outcome in ['matched', 'ambiguous', 'outside_validity', 'unknown'] %}
        cast(coalesce(sum(matches.n_rows) filter (where matches.outcome = '{{ outcome }}'), 0) as bigint)
            as n_rows_{{ outcome }},
        {%- endfor %}
        {%- for outcome in ['matched', 'ambiguous', 'outside_validity', 'unknown'] %}
        cast(coalesce(sum(matches.n_identifiers) filter (where matches.outcome = '{{ outcome }}'), 0) as bigint)
            as n_identifiers_{{ outcome }},
        {%- endfor %}
        cast(coalesce(sum(matches.n_rows) filter (where matches.outcome = 'matched'), 0) as double)
        / sum(matches.n_rows) as matched_share
    from matches
    inner join feeds on matches.feed_id = feeds.feed_id
    group by feeds.source, feeds.feed, feeds.owner, matches.table_name, matches.column_name, matches.kind
)

select * from final
