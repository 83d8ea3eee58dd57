-- Exact and free of order: a flow of n people with w members of the group moves the share by (w − s₀·n) ÷ n₁, s₀ the opening
-- share and n₁ the closing headcount. Every flow is counted from events; what they do not explain is the residual, zero.
with

counts as (
    select * from {{ ref('representation_counts') }}
),

quarters as (
    select distinct month_end as quarter_end from counts
),

periods as (
    select
        'quarter' as period_kind, quarter_end as period_end,
        {{ month_end(add_months('quarter_end', -3)) }} as opening_end
    from quarters
    union all
    select 'year', quarter_end, {{ month_end(add_months('quarter_end', -12)) }}
    from quarters
    where extract(month from quarter_end) = 12
),

whole as (
    select periods.* from periods inner join quarters on periods.opening_end = quarters.quarter_end
),

ends as (
    select
        whole.period_kind, whole.period_end, whole.opening_end, counts.segment_kind, counts.segment_id, counts.attribute,
        counts.group_value,
        coalesce(sum(counts.n_members) filter (where counts.month_end = whole.opening_end), 0) as opening_members,
        coalesce(sum(counts.n_members) filter (where counts.month_end = whole.period_end), 0) as closing_members
    from whole
    inner join counts on counts.month_end in (whole.opening_end, whole.period_end)
    group by all
),

flows as (
    select
        whole.period_kind, whole.period_end, flows.segment_kind, flows.segment_id, flows.attribute, flows.flow,
        flows.group_value, sum(flows.n_members) as flow_members, sum(flows.n_events) as n_members
    from {{ ref('representation_flows') }} as flows
    inner join whole on flows.quarter_end > whole.opening_end and flows.quarter_end <= whole.period_end
    group by all
),

-- who came and went within the period is in no end of it
groups as (
    select period_kind, period_end, segment_kind, segment_id, attribute, group_value from ends
    union
    select period_kind, period_end, segment_kind, segment_id, attribute, group_value from flows
),

segments as (
    select
        period_kind, period_end, opening_end, segment_kind, segment_id, attribute,
        sum(opening_members) as n_opening, sum(closing_members) as n_closing
    from ends
    group by all
    having greatest(sum(opening_members), sum(closing_members)) >= {{ var('divided_from') }}
),

segment_flows as (
    select
        period_kind, period_end, segment_kind, segment_id, attribute, flow,
        sum(flow_members) as n_flow, sum(n_members) as n
    from flows
    group by all
),

walked as (
    select
        segments.*, groups.group_value, coalesce(segment_flows.flow, 'none') as flow,
        coalesce(ends.opening_members, 0) as opening_members, coalesce(ends.closing_members, 0) as closing_members,
        -- who changes group is told of by both groups
        coalesce(segment_flows.n, 0)
        / case when segment_flows.flow in ('declared', 'withdrawn', 'regrouped') then 2 else 1 end as n,
        coalesce(segment_flows.n_flow, 0) as n_flow,
        coalesce(flows.n_members, 0) as n_members, coalesce(flows.flow_members, 0) as flow_members,
        coalesce(ends.opening_members, 0) / nullif(cast(segments.n_opening as double), 0) as opening_share
    from segments
    inner join groups using (period_kind, period_end, segment_kind, segment_id, attribute)
    left join ends using (period_kind, period_end, segment_kind, segment_id, attribute, group_value)
    left join segment_flows using (period_kind, period_end, segment_kind, segment_id, attribute)
    left join flows using (period_kind, period_end, segment_kind, segment_id, attribute, group_value, flow)
),

explained as (
    select
        *,
        closing_members - opening_members
        - sum(flow_members) over (partition by period_kind, period_end, segment_kind, segment_id, attribute, group_value)
            as residual_members,
        n_closing - n_opening
        - sum(n_flow) over (partition by period_kind, period_end, segment_kind, segment_id, attribute, group_value)
            as residual_people
    from walked
),

final as (
    select
        period_kind,
        {{ add_days('opening_end', 1) }} as period_start,
        explained.period_end,
        explained.segment_kind,
        explained.segment_id,
        explained.attribute,
        explained.group_value,
        flow,
        cast(
            least(nullif(opening_members, 0), nullif(closing_members, 0), nullif(n, 0), nullif(n_members, 0)) as bigint
        ) as n_people,
        -- neither end may tell what the pattern of its quarter hides; a segment that was too small to be divided has none
        coalesce(opening.is_hidden, n_opening > 0) or coalesce(closing.is_hidden, n_closing > 0) as is_hidden,
        cast(n_opening as bigint) as n_opening,
        cast(opening_members as bigint) as opening_members,
        opening_share,
        cast(n_closing as bigint) as n_closing,
        cast(closing_members as bigint) as closing_members,
        closing_members / nullif(cast(n_closing as double), 0) as closing_share,
        cast(n as bigint) as n,
        cast(n_flow as bigint) as n_flow,
        cast(n_members as bigint) as n_members,
        cast(flow_members as bigint) as flow_members,
        (flow_members - opening_share * n_flow) / nullif(n_closing, 0) as share_effect,
        (residual_members - opening_share * residual_people) / nullif(n_closing, 0) as residual,
        'opening_share_over_closing_headcount' as convention_id,
        'outcome' as sensitivity_class,
        case when n_opening > 0 and n_closing > 0 then 'ok' else 'no_population' end as status
    from explained
    left join {{ ref('headcount_pattern') }} as opening
        on
            explained.opening_end = opening.period_end
            and explained.segment_kind = opening.segment_kind
            and explained.segment_id = opening.segment_id
            and explained.attribute = opening.attribute
            and explained.group_value = opening.group_value
    left join {{ ref('headcount_pattern') }} as closing
        on
            explained.period_end = closing.period_end
            and explained.segment_kind = closing.segment_kind
            and explained.segment_id = closing.segment_id
            and explained.attribute = closing.attribute
            and explained.group_value = closing.group_value
)

select * from final
