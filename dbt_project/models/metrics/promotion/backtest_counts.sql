-- Groups are those of the day of the case. Everybody stands once without a group, and once in one of each attribute.
with

outcomes as (
    select * from {{ ref('promotion_outcomes') }}
),

counted as (
    select
        as_of, knowledge, month_end, org_unit_id, level, manager_key, band, months_watched, ended_by,
        'all' as attribute, 'all' as group_value,
        count(*) as n,
        count(*) filter (where is_promoted) as n_promoted,
        count(is_good) as n_known,
        count(*) filter (where is_good) as n_good,
        count(*) filter (where is_promoted and is_good is not null) as n_promoted_known,
        count(*) filter (where is_promoted and not is_good) as n_promoted_bad
    from outcomes
    group by all
),

grouped as (
    select
        outcomes.as_of, outcomes.knowledge, outcomes.month_end, outcomes.org_unit_id, outcomes.level,
        outcomes.manager_key, outcomes.band, outcomes.months_watched, outcomes.ended_by, groups.attribute,
        groups.group_value,
        count(*) as n,
        count(*) filter (where outcomes.is_promoted) as n_promoted,
        count(outcomes.is_good) as n_known,
        count(*) filter (where outcomes.is_good) as n_good,
        count(*) filter (where outcomes.is_promoted and outcomes.is_good is not null) as n_promoted_known,
        count(*) filter (where outcomes.is_promoted and not outcomes.is_good) as n_promoted_bad
    from outcomes
    inner join {{ ref('worker_groups') }} as groups
        on
            outcomes.worker_key = groups.worker_key
            and outcomes.as_of >= groups.valid_from
            and outcomes.as_of < groups.valid_to
    group by all
),

{%- set by = ['as_of', 'knowledge', 'band', 'attribute', 'group_value', 'months_watched', 'ended_by'] %}
{%- set measures = ['n', 'n_promoted', 'n_known', 'n_good', 'n_promoted_known', 'n_promoted_bad'] %}

segmented as (
    {{ roll_up('counted', by, measures, ['company', 'level', 'org_unit', 'leader_direct']) }}
    union all
    {{ roll_up('grouped', by, measures, ['company', 'level']) }}
),

final as (
    select
        as_of,
        knowledge,
        case when segment_kind = 'leader_direct' then 'rater' else segment_kind end as segment_kind,
        segment_id,
        attribute,
        group_value,
        band,
        cast(months_watched as integer) as months_watched,
        ended_by,
        cast(n as bigint) as n,
        cast(n_promoted as bigint) as n_promoted,
        cast(n_known as bigint) as n_known,
        cast(n_good as bigint) as n_good,
        cast(n_promoted_known as bigint) as n_promoted_known,
        cast(n_promoted_bad as bigint) as n_promoted_bad
    from segmented
)

select * from final
