with

employed as (
    select worker_key, month_end, org_unit_id, level, manager_key
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

groups as (
    select * from {{ ref('worker_groups') }}
),

rows_by_place as (
    select
        employed.month_end,
        employed.org_unit_id,
        employed.level,
        employed.manager_key,
        groups.attribute,
        groups.group_value,
        count(*) as n_members
    from employed
    inner join groups
        on
            employed.worker_key = groups.worker_key
            and employed.month_end >= groups.valid_from
            and employed.month_end < groups.valid_to
    group by all
),

members as (
    {{ roll_up('rows_by_place', ['month_end', 'attribute', 'group_value'], ['n_members'],
        ['company', 'org_unit', 'level']) }}
),

expected as (
    select period_end, segment_kind, segment_id, attribute, group_value
    from {{ ref('expected_cells') }}
    where metric = 'representation' and attribute is not null
),

totals as (
    select month_end, segment_kind, segment_id, n_employed from {{ ref('segments') }}
),

-- a group with nobody in a segment is a share of zero there, not a missing row
measured as (
    select
        'month_end' as convention_id,
        expected.period_end,
        expected.segment_kind,
        expected.segment_id,
        expected.attribute,
        expected.group_value,
        totals.n_employed as n,
        coalesce(members.n_members, 0) as numerator,
        totals.n_employed as denominator,
        true as is_sufficient
    from expected
    inner join totals
        on
            expected.period_end = totals.month_end
            and expected.segment_kind = totals.segment_kind
            and expected.segment_id = totals.segment_id
    left join members
        on
            expected.period_end = members.month_end
            and expected.segment_kind = members.segment_kind
            and expected.segment_id = members.segment_id
            and expected.attribute = members.attribute
            and expected.group_value = members.group_value
),

final as (
    {{ metric_cells('representation', 'measured', by_attribute=true,
        people='case when measured.numerator > 0 then measured.numerator else measured.n end') }}
)

select * from final
