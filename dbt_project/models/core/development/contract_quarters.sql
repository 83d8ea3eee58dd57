-- As of the quarter's last day: what is done or resolved later changes no closed quarter.
with

quarters as (
    select quarter_end, min(month_start) as quarter_start from {{ ref('months') }} group by quarter_end
),

versions as (
    select
        *,
        min(least(ends_on, coalesce(leader_left_on, ends_on))) over (partition by contract_id) as lasts_to
    from {{ ref('contract_versions') }}
),

contracts as (
    select contract_id, leader_key, begins_on, lasts_to from versions where is_last_version
),

milestones as (
    select * from {{ ref('milestone_quarters') }}
),

activities as (
    select terms.*, {{ quarter_end('terms.due_date') }} as quarter_end
    from {{ ref('contract_terms_told') }} as terms
    inner join contracts on terms.contract_id = contracts.contract_id
    where terms.item_kind = 'activity' and terms.holds_to is null and terms.due_date < contracts.lasts_to
),

-- also the quarter after the end, where the last deadline lies in it
watched as (
    select contracts.contract_id, quarters.quarter_end
    from contracts
    inner join quarters on contracts.begins_on <= quarters.quarter_end and contracts.lasts_to > quarters.quarter_start
    union
    select contract_id, quarter_end from milestones
),

agreed_checkins as (
    select
        versions.contract_id,
        quarters.quarter_end,
        sum(
            cast({{ days_between(
                'greatest(versions.valid_from, quarters.quarter_start)',
                'least(coalesce(versions.valid_to, versions.lasts_to), versions.lasts_to, '
                ~ add_days('quarters.quarter_end', 1) ~ ')'
            ) }} as double) / versions.checkin_cadence_days
        ) as n_checkins_agreed
    from versions
    inner join quarters
        on
            versions.valid_from <= quarters.quarter_end
            and least(coalesce(versions.valid_to, versions.lasts_to), versions.lasts_to)
            > greatest(versions.valid_from, quarters.quarter_start)
    group by versions.contract_id, quarters.quarter_end
),

held_checkins as (
    select contracts.contract_id, {{ quarter_end('checkins.held_at') }} as quarter_end, count(*) as n_checkins_held
    from {{ ref('checkins') }} as checkins
    inner join contracts
        on
            checkins.worker_key = contracts.leader_key
            and checkins.held_at >= contracts.begins_on
            and checkins.held_at < contracts.lasts_to
    group by all
),

done as (
    select
        contract_id,
        quarter_end,
        count(*) as n_activities_due,
        count(*) filter (where done_at < {{ add_days('due_date', 1) }}) as n_activities_on_time
    from activities
    group by contract_id, quarter_end
),

escalated as (
    select
        raised.contract_id,
        quarters.quarter_end,
        count(*) filter (where raised.raised_at >= quarters.quarter_start) as n_escalations,
        count(*) filter (
            where coalesce(raised.resolved_at, {{ far_future() }}) >= {{ add_days('quarters.quarter_end', 1) }}
        ) as n_escalations_open
    from {{ ref('stg_talent__contract_escalations') }} as raised
    inner join quarters on raised.raised_at < {{ add_days('quarters.quarter_end', 1) }}
    group by raised.contract_id, quarters.quarter_end
),

amended as (
    select contract_id, {{ quarter_end('amended_at') }} as quarter_end, sum(n_amendments) as n_amendments
    from versions
    where amended_at >= begins_on
    group by all
)
{%- set parts = {
    'milestones': ['n_milestones_due', 'n_milestones_met_on_time', 'n_milestones_met_late', 'n_milestones_missed',
                   'n_missed_with_cause', 'n_missed_with_remedy', 'n_milestones_moved', 'n_milestones_overdue',
                   'n_milestones_blocked'],
    'done': ['n_activities_due', 'n_activities_on_time'],
    'escalated': ['n_escalations', 'n_escalations_open'],
    'amended': ['n_amendments'],
    'held_checkins': ['n_checkins_held'],
} %},

final as (
    select
        watched.contract_id,
        contracts.leader_key,
        watched.quarter_end,
        {%- for part, counts in parts.items() %}
            {%- for count in counts %}
                cast(coalesce({{ part }}.{{ count }}, 0) as bigint) as {{ count }},
            {%- endfor %}
        {%- endfor %}
        coalesce(agreed_checkins.n_checkins_agreed, 0) as n_checkins_agreed
    from watched
    inner join contracts on watched.contract_id = contracts.contract_id
    {%- for part in parts.keys() | list + ['agreed_checkins'] %}
        left join {{ part }}
            on watched.contract_id = {{ part }}.contract_id and watched.quarter_end = {{ part }}.quarter_end
    {%- endfor %}
)

select * from final
