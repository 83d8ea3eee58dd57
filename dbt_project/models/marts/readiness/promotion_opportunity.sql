-- Whoever lacks a criterion that such an offer would have helped to meet, by unit and leader, and by group for the company.
with

missed as (
    select
        worker_key, as_of, opportunity, month_end, org_unit_id, level, manager_key,
        case when is_offered then 0 else 1 end as is_missed
    from {{ ref('missed_opportunities') }}
),

everybody as (
    select
        as_of, opportunity, month_end, org_unit_id, level, manager_key, 'all' as attribute, 'all' as group_value,
        count(*) as n, sum(is_missed) as n_never_offered
    from missed
    group by all
),

grouped as (
    select
        missed.as_of, missed.opportunity, missed.month_end, missed.org_unit_id, missed.level, missed.manager_key,
        groups.attribute, groups.group_value, count(*) as n, sum(missed.is_missed) as n_never_offered
    from missed
    inner join {{ ref('worker_groups') }} as groups
        on
            missed.worker_key = groups.worker_key
            and missed.month_end >= groups.valid_from
            and missed.month_end < groups.valid_to
    group by all
),

segmented as (
    {{ roll_up('everybody', ['as_of', 'opportunity', 'attribute', 'group_value'], ['n', 'n_never_offered'],
        ['company', 'level', 'org_unit', 'leader_direct', 'leader_org']) }}
    union all
    {{ roll_up('grouped', ['as_of', 'opportunity', 'attribute', 'group_value'], ['n', 'n_never_offered'],
        ['company', 'level']) }}
),

final as (
    select
        opportunity,
        as_of,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        cast(n as bigint) as n,
        cast(n_never_offered as bigint) as n_never_offered,
        cast(n_never_offered / n as double) as share,
        cast({{ wilson_end('n_never_offered', 'n', '-') }} as double) as ci_low,
        cast({{ wilson_end('n_never_offered', 'n', '+') }} as double) as ci_high,
        'never_offered_among_lacking' as convention_id,
        'outcome' as sensitivity_class,
        'ok' as status
    from segmented
)

select * from final
