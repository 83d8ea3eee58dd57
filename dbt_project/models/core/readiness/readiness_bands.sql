-- Tenure alone makes nobody ready: a ladder step whose only criterion is time in level has the band `no_ladder`.
with

criteria as (
    select * from {{ ref('readiness_criteria') }}
),

judged as (
    select
        *,
        criterion_status = 'met' as is_met,
        requirement = 'required' and criterion_status <> 'met' as is_missing
    from criteria
),

groups as (
    select worker_key, target_level, target_track, one_of_group, bool_or(is_met) as is_met
    from judged
    where requirement = 'one_of'
    group by worker_key, target_level, target_track, one_of_group
),

open_groups as (
    select worker_key, target_level, target_track, count(*) as n_open_groups
    from groups
    where not is_met
    group by worker_key, target_level, target_track
),

cases as (
    select
        worker_key,
        as_of,
        target_level,
        target_track,
        count(*) as n_criteria,
        count(*) filter (where is_met) as n_met,
        count(*) filter (where criterion_status = 'no_evidence') as n_without_evidence,
        count(*) filter (where is_missing) as n_missing_required,
        max(lead_months) filter (where is_missing) as longest_lead_months,
        bool_and(has_open_plan_item) filter (where is_missing) as is_planned,
        bool_or(rule <> 'months_in_level') as has_growth_criterion,
        {{ ordered_list("case when is_met then criterion_id end", 'criterion_id', ';') }} as criteria_met,
        {{ ordered_list("case when not is_met then criterion_id end", 'criterion_id', ';') }} as criteria_missing,
        max(rule_version) as rule_version
    from judged
    group by worker_key, as_of, target_level, target_track
),

final as (
    select
        cases.worker_key,
        cases.as_of,
        cases.target_level,
        cases.target_track,
        case
            when not cases.has_growth_criterion then 'no_ladder'
            when cases.n_missing_required = 0 and coalesce(open_groups.n_open_groups, 0) = 0 then 'ready_now'
            when coalesce(open_groups.n_open_groups, 0) > 0 or not coalesce(cases.is_planned, false) then 'developing'
            when cases.longest_lead_months <= 6 then 'within_6_months'
            when cases.longest_lead_months <= 18 then 'within_18_months'
            else 'developing'
        end as band,
        cases.n_criteria,
        cases.n_met,
        cases.n_without_evidence,
        coalesce(cases.criteria_met, '') as criteria_met,
        coalesce(cases.criteria_missing, '') as criteria_missing,
        cases.rule_version
    from cases
    left join open_groups
        on
            cases.worker_key = open_groups.worker_key
            and cases.target_level = open_groups.target_level
            and cases.target_track = open_groups.target_track
)

select * from final
