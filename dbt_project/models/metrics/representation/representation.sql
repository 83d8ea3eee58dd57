with

members as (
    select month_end, segment_kind, segment_id, attribute, group_value, n_members
    from {{ ref('representation_counts') }}
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
