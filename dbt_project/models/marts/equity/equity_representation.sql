with

final as (
    select
        shares.month_end as period_end,
        shares.segment_kind,
        shares.segment_id,
        shares.attribute,
        shares.group_value,
        case when shares.n_members > 0 then shares.n_members else shares.n end as n_people,
        coalesce(patterns.is_hidden, true) as is_hidden,
        shares.n,
        shares.n_members,
        shares.n_members / cast(shares.n as double) as share,
        shares.ci_low,
        shares.ci_high,
        'month_end' as convention_id,
        'outcome' as sensitivity_class,
        'ok' as status
    from {{ ref('representation_shares') }} as shares
    left join {{ ref('headcount_pattern') }} as patterns
        on
            shares.month_end = patterns.period_end
            and shares.segment_kind = patterns.segment_kind
            and shares.segment_id = patterns.segment_id
            and shares.attribute = patterns.attribute
            and shares.group_value = patterns.group_value
)

select * from final
