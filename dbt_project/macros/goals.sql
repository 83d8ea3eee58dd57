{# The segment that a scope means, in the words of metric_values; empty where no such scope is known. #}
{% macro segment_kind_of(scope_kind) -%}
case
    when lower({{ scope_kind }}) = 'company' then 'company'
    when lower({{ scope_kind }}) in ('unit', 'org_unit', 'division', 'department') then 'org_unit'
    when lower({{ scope_kind }}) = 'level' then 'level'
    when lower({{ scope_kind }}) in ('leader', 'team', 'leader_direct') then 'leader_direct'
    when lower({{ scope_kind }}) in ('organisation', 'leader_org') then 'leader_org'
end
{%- endmacro %}


{# Which one it is. No id of a person stands in a scope: a leader's is whoever the row names as `leader`. #}
{% macro segment_id_of(segment_kind, scope_id, leader) -%}
case
    when {{ segment_kind }} = 'company' then 'company'
    when {{ segment_kind }} in ('leader_direct', 'leader_org') then {{ leader }}
    when {{ segment_kind }} is not null then {{ scope_id }}
end
{%- endmacro %}


{# What contract_progress counts of indicators: all of them and, of those, the asserted ones; by state alike. #}
{% macro indicator_counts() -%}
{%- set counts = [] -%}
{%- for state in ['', '_met', '_on_track', '_at_risk', '_missed', '_not_judged'] -%}
{%- do counts.extend(['n_indicators' ~ state, 'n_indicators' ~ state ~ '_asserted']) -%}
{%- endfor -%}
{{ return(counts) }}
{%- endmacro %}


{# What contract_progress sums over leaders, in the order of its columns. #}
{% macro contract_counts() -%}
{{ return([
    'n_leaders', 'n_contracts', 'n_milestones_due', 'n_milestones_met_on_time', 'n_milestones_met_late',
    'n_milestones_missed', 'n_missed_with_cause', 'n_missed_with_remedy', 'n_milestones_moved', 'n_milestones_overdue',
    'n_milestones_blocked', 'n_activities_due', 'n_activities_on_time', 'n_escalations', 'n_escalations_open',
    'n_amendments', 'n_checkins_held', 'n_checkins_agreed',
] + indicator_counts()) }}
{%- endmacro %}
