with

final as (
    select
        month_end as period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        case when n_members > 0 then n_members else n end as n_people,
        n,
        n_members,
        n_members / cast(n as double) as share,
        ci_low,
        ci_high,
        'month_end' as convention_id,
        'outcome' as sensitivity_class,
        'ok' as status
    from {{ ref('representation_shares') }}
)

select * from final
