-- Whoever declared nothing is in the group `undisclosed`: the denominators lose nobody. An attribute that nobody ever
-- declared is not collected and has no groups.
with

collected as (
    select distinct attribute from {{ ref('stg_hris__worker_attributes') }}
),

wanted as (
    select attribute, {{ split_rows('parts', ';') }} as part from {{ ref('equity_attributes') }}
),

attributes as (
    select wanted.attribute, wanted.part
    from wanted
    left join collected on wanted.part = collected.attribute
    qualify
        count(*) over (partition by wanted.attribute)
        = count(collected.attribute) over (partition by wanted.attribute)
),

parts as (
    select attribute, part from attributes
),

workers as (
    select distinct worker_key from {{ ref('worker_spells') }}
),

declared as (
    select
        worker_key,
        attribute,
        value,
        valid_from,
        lead(valid_from, 1, {{ far_future() }}) over (partition by worker_key, attribute order by valid_from) as valid_to
    from {{ ref('stg_hris__worker_attributes') }}
    where worker_key is not null
),

changes as (
    select worker_key, attribute as part, valid_from as starts_on from declared
    union
    select workers.worker_key, parts.part, date '1900-01-01'
    from workers
    cross join (select distinct part from parts) as parts
),

points as (
    select distinct changes.worker_key, parts.attribute, changes.starts_on
    from changes
    inner join parts on changes.part = parts.part
),

spans as (
    select
        *,
        lead(starts_on, 1, {{ far_future() }}) over (partition by worker_key, attribute order by starts_on) as ends_on
    from points
),

valued as (
    select
        spans.worker_key,
        spans.attribute,
        spans.starts_on,
        spans.ends_on,
        parts.part,
        coalesce(declared.value, 'undisclosed') as value
    from spans
    inner join parts on spans.attribute = parts.attribute
    left join declared
        on
            spans.worker_key = declared.worker_key
            and parts.part = declared.attribute
            and spans.starts_on >= declared.valid_from
            and spans.starts_on < declared.valid_to
),

final as (
    select
        worker_key,
        attribute,
        starts_on as valid_from,
        ends_on as valid_to,
        case
            when bool_or(value = 'undisclosed') then 'undisclosed'
            else {{ ordered_list('value', 'part', ' / ') }}
        end as group_value
    from valued
    group by worker_key, attribute, starts_on, ends_on
)

select * from final
