-- As of the quarter's last day: what is met later changes no closed quarter. What is overdue or blocked then is as it had
-- been told by then.
with

quarters as (
    select quarter_end, min(month_start) as quarter_start from {{ ref('months') }} group by quarter_end
),

contracts as (
    select contract_id, least(ends_on, coalesce(leader_left_on, ends_on)) as lasts_to
    from {{ ref('contract_versions') }}
    where is_last_version
),

milestones as (
    select * from {{ ref('contract_milestones') }} where milestone_status not in ('leader_left', 'met_before_set')
),

due as (
    select
        contract_id,
        quarter_end,
        count(*) as n_milestones_due,
        count(*) filter (where milestone_status = 'met_on_time') as n_milestones_met_on_time,
        count(*) filter (
            where milestone_status = 'met_late' and met_at < {{ add_days('quarter_end', 1) }}
        ) as n_milestones_met_late,
        count(*) filter (where milestone_status <> 'met_on_time') as n_milestones_missed,
        count(*) filter (where milestone_status <> 'met_on_time' and cause is not null) as n_missed_with_cause,
        count(*) filter (where milestone_status <> 'met_on_time' and remedy is not null) as n_missed_with_remedy,
        count(*) filter (where due_date > first_due_date) as n_milestones_moved
    from milestones
    group by contract_id, quarter_end
),

standing as (
    select
        terms.contract_id,
        quarters.quarter_end,
        count(*) as n_milestones_overdue,
        count(*) filter (where terms.is_blocked) as n_milestones_blocked
    from {{ ref('contract_terms_told') }} as terms
    inner join contracts on terms.contract_id = contracts.contract_id
    inner join quarters
        on
            terms.due_date <= quarters.quarter_end
            and terms.holds_from <= quarters.quarter_end
            and coalesce(terms.holds_to, {{ far_future() }}) > quarters.quarter_end
            and contracts.lasts_to > quarters.quarter_start
    where
        terms.item_kind = 'milestone'
        and coalesce(terms.done_at, {{ far_future() }}) >= {{ add_days('quarters.quarter_end', 1) }}
    group by terms.contract_id, quarters.quarter_end
),

final as (
    select
        coalesce(due.contract_id, standing.contract_id) as contract_id,
        coalesce(due.quarter_end, standing.quarter_end) as quarter_end,
        {%- for count in ['due', 'met_on_time', 'met_late', 'missed', 'moved'] %}
            coalesce(due.n_milestones_{{ count }}, 0) as n_milestones_{{ count }},
        {%- endfor %}
        coalesce(due.n_missed_with_cause, 0) as n_missed_with_cause,
        coalesce(due.n_missed_with_remedy, 0) as n_missed_with_remedy,
        coalesce(standing.n_milestones_overdue, 0) as n_milestones_overdue,
        coalesce(standing.n_milestones_blocked, 0) as n_milestones_blocked
    from due
    full join standing on due.contract_id = standing.contract_id and due.quarter_end = standing.quarter_end
)

select * from final
