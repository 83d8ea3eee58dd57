-- Rows that differ in something else repeat the day on which the position was filled.
with

final as (
    select
        position_id,
        cast(filled_at as date) as filled_date,
        max_by(org_unit_id, load_seq) as org_unit_id,
        max_by(level, load_seq) as level,
        max_by(fill_source, load_seq) as fill_source
    from {{ ref('stg_hris__positions') }}
    where filled_at is not null and fill_source is not null
    group by position_id, cast(filled_at as date)
)

select * from final
