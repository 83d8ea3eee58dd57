{%- set names = ordered_list('criterion_id', 'criterion_id', ';') -%}
-- Tenure alone makes nobody ready: a step that time in level would satisfy by itself, criteria and groups of which one is
-- enough taken together, has the band `no_ladder`, and its ladder is a finding.
with

criteria as (
    select *, criterion_status = 'met' as is_met from {{ ref('readiness_criteria') }}
),

-- What is required, and each group of which one criterion is enough: the gap of a group is closed by the quickest that is
-- planned.
asked as (
    select
        worker_key, as_of, knowledge, target_track,
        case when requirement = 'required' then criterion_id else concat('one of ', one_of_group) end as asked,
        bool_or(is_met) as is_met,
        bool_or(rule = 'months_in_level') as is_tenure,
        bool_or(has_open_plan_item) as is_planned,
        min(lead_months) filter (where has_open_plan_item) as lead_months,
        min(met_on) as met_on
    from criteria
    group by all
),

asked_of_each as (
    select
        worker_key, as_of, knowledge, target_track,
        count(*) filter (where not is_met) as n_missing_required,
        bool_and(is_tenure) as is_tenure_alone,
        bool_and(is_planned) filter (where not is_met) as is_planned,
        max(lead_months) filter (where not is_met) as longest_lead_months,
        max(met_on) as met_on
    from asked
    group by all
),

cases as (
    select
        worker_key,
        as_of,
        knowledge,
        target_level,
        target_track,
        is_track_change,
        count(*) as n_criteria,
        count(*) filter (where is_met) as n_met,
        count(*) filter (where criterion_status = 'no_evidence') as n_without_evidence,
        {{ names }} filter (where is_met) as criteria_met,
        {{ names }} filter (where criterion_status = 'not_met') as criteria_not_met,
        {{ names }} filter (where criterion_status = 'no_evidence') as criteria_without_evidence,
        {{ names }} filter (where not has_attester) as criteria_without_attester,
        max(last_observed_on) filter (where rule <> 'months_in_level') as last_evidence_on,
        max(rule_version) as rule_version
    from criteria
    group by all
),

final as (
    select
        cases.worker_key,
        cases.as_of,
        cases.knowledge,
        cases.target_level,
        cases.target_track,
        cases.is_track_change,
        case
            when asked_of_each.is_tenure_alone then 'no_ladder'
            when asked_of_each.n_missing_required = 0 then 'ready_now'
            when not asked_of_each.is_planned then 'developing'
            when asked_of_each.longest_lead_months <= 6 then 'within_6_months'
            when asked_of_each.longest_lead_months <= 18 then 'within_18_months'
            else 'developing'
        end as band,
        case
            when asked_of_each.n_missing_required = 0 and not asked_of_each.is_tenure_alone then asked_of_each.met_on
        end as ready_since,
        cases.n_criteria,
        cases.n_met,
        cases.n_without_evidence,
        asked_of_each.n_missing_required,
        asked_of_each.longest_lead_months,
        cases.criteria_met,
        cases.criteria_not_met,
        cases.criteria_without_evidence,
        cases.criteria_without_attester,
        cases.last_evidence_on,
        coalesce(
            cases.last_evidence_on < {{ add_months('cases.as_of', -var('months_until_stale')) }}, true
        ) as is_stale,
        cases.rule_version
    from cases
    inner join asked_of_each
        on
            cases.worker_key = asked_of_each.worker_key
            and cases.as_of = asked_of_each.as_of
            and cases.knowledge = asked_of_each.knowledge
            and cases.target_track = asked_of_each.target_track
)

select * from final
