-- A number made of several items compares as far back as all of them do, and as the same items were asked.
with

versions as (
    select * from {{ ref('item_versions') }} where n_answers > 0
),

made_of as (
    select distinct metric, {{ split_rows('items', ';') }} as item_group
    from {{ ref('conventions') }}
    where items is not null
),

asked as (
    select
        made_of.metric,
        versions.quarter_end,
        versions.instrument,
        versions.item_id,
        max(versions.comparable_quarter_end) as comparable_since
    from versions
    inner join made_of
        on made_of.item_group in (
            versions.instrument,
            concat(versions.instrument, '.index_name=', versions.index_name),
            concat(versions.instrument, '.theme=', versions.theme)
        )
    group by made_of.metric, versions.quarter_end, versions.instrument, versions.item_id
),

quarters as (
    select
        metric,
        quarter_end,
        max(comparable_since) as comparable_since,
        {{ ordered_list("concat(instrument, '.', item_id)", "concat(instrument, '.', item_id)", ' ') }} as item_set
    from asked
    group by metric, quarter_end
),

compared as (
    select
        *,
        coalesce(lag(item_set) over (partition by metric order by quarter_end) <> item_set, true) as is_new_set
    from quarters
),

final as (
    select
        metric,
        quarter_end as period_end,
        greatest(
            comparable_since,
            max(case when is_new_set then quarter_end end) over (partition by metric order by quarter_end)
        ) as comparable_since
    from compared
)

select * from final
