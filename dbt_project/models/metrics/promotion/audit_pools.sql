{%- set bands = {'ready_now': ['ready_now'], 'within_6_months': ['ready_now', 'within_6_months'],
    'within_18_months': ['ready_now', 'within_6_months', 'within_18_months']} -%}
-- Protected attributes enter here, and for decisions of the last month what may stand for one: leave, part time,
-- site. Nothing that judges a person reads on.
with

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

places as (
    select
        months.worker_key, months.month_end, months.org_unit_id, months.level, months.track, months.fte,
        months.location
    from {{ ref('worker_months') }} as months
    where months.is_employed_at_end
),

cases as (
    select bands.*, places.month_end, places.org_unit_id, places.level, places.track
    from {{ ref('readiness_bands') }} as bands
    inner join places on bands.worker_key = places.worker_key
    inner join last_month on places.month_end = last_month.month_end
    where bands.knowledge = 'current' and not bands.is_track_change and bands.band <> 'no_ladder'
),

-- the audit looks back on what is known today, whatever was known then
outcomes as (
    select *
    from {{ ref('promotion_outcomes') }}
    where knowledge = 'history_as_corrected'
    qualify as_of = max(as_of) over ()
),

decisions as (
    {%- for item, reached in bands.items() %}
        select
            'band' as audit_of, '{{ item }}' as item, 'all' as cycle_id, worker_key, month_end, org_unit_id, level, track,
            band in ('{{ reached | join("', '") }}') as is_favourable
        from cases
        union all
    {%- endfor %}
    select
        'criterion', criteria.criterion_id, 'all', criteria.worker_key, cases.month_end, null, cases.level, cases.track,
        criteria.criterion_status = 'met'
    from {{ ref('readiness_criteria') }} as criteria
    inner join cases
        on
            criteria.worker_key = cases.worker_key
            and criteria.as_of = cases.as_of
            and criteria.knowledge = cases.knowledge
            and criteria.target_track = cases.target_track
    union all
    select audit_of, audit_of, cycle_id, worker_key, month_end, org_unit_id, level, track, is_favourable
    from {{ ref('panel_seats') }}
    union all
    select 'panel_override', 'not_overridden', cycle_id, worker_key, month_end, org_unit_id, level, track, not is_override
    from {{ ref('panel_seats') }}
    where audit_of = 'panel_decision'
    union all
    select 'ready_and_promoted', 'ready_now', 'all', worker_key, month_end, org_unit_id, level, track, is_promoted
    from outcomes
    where band = 'ready_now'
    union all
    select 'promoted_with_evidence', 'all', 'all', worker_key, month_end, org_unit_id, level, track, not lacks_evidence
    from outcomes
    where is_promoted
    union all
    select 'opportunity', opportunity, 'all', worker_key, month_end, org_unit_id, level, track, is_offered
    from {{ ref('missed_opportunities') }}
),

absent as (
    select distinct worker_key from {{ ref('worker_months') }}
    where n_leave_days > 0 and month_end > {{ add_months('(select month_end from last_month)', -12) }}
),

groups as (
    select worker_key, attribute, group_value, valid_from, valid_to from {{ ref('worker_groups') }}
    union all
    select
        places.worker_key, 'working_time', case when places.fte < 1 then 'part time' else 'full time' end,
        places.month_end, {{ far_future() }}
    from places
    inner join last_month on places.month_end = last_month.month_end
    union all
    select
        places.worker_key, 'leave', case when absent.worker_key is null then 'no leave' else 'on leave in the year' end,
        places.month_end, {{ far_future() }}
    from places
    inner join last_month on places.month_end = last_month.month_end
    left join absent on places.worker_key = absent.worker_key
    union all
    select
        places.worker_key, 'site', coalesce(places.location, 'undisclosed'), places.month_end,
        {{ far_future() }}
    from places
    inner join last_month on places.month_end = last_month.month_end
),

branches as (
    select month_end, org_unit_id, ancestor_id
    from {{ ref('org_tree') }}
    qualify depth = greatest(max(depth) over (partition by month_end, org_unit_id) - 1, 0)
),

counted as (
    select
        decisions.audit_of, decisions.item, decisions.cycle_id, decisions.month_end,
        branches.ancestor_id as org_unit_id, decisions.level, coalesce(decisions.track, 'none') as track,
        groups.attribute, groups.group_value, count(*) as n,
        count(*) filter (where decisions.is_favourable) as selected
    from decisions
    inner join groups
        on
            decisions.worker_key = groups.worker_key
            and decisions.month_end >= groups.valid_from
            and decisions.month_end < groups.valid_to
    left join branches
        on decisions.month_end = branches.month_end and decisions.org_unit_id = branches.org_unit_id
    group by all
),

final as (
    {{ roll_up('counted', ['audit_of', 'item', 'attribute', 'group_value', 'level', 'track', 'cycle_id'],
        ['n', 'selected'], ['company', 'org_unit']) }}
)

select
    audit_of, item, segment_kind, segment_id, attribute, group_value, level, track, cycle_id,
    cast(n as bigint) as n, cast(selected as bigint) as selected
from final
