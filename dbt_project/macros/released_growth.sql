{# What leaves of the marts of growth: primary suppression, by the classes that the audience does not see below the minimum. #}
{% macro released_learning_effect(classes) -%}
{{ suppressed(
    ref('learning_effect'),
    ['programme', 'programme_kind', 'outcome', 'unit', 'period_kind', 'period_start', 'period_end', 'convention_id',
     'sensitivity_class'],
    ['n_participants', 'n_comparison', 'n_comparison_effective', 'participants_pre_mean', 'participants_post_mean',
     'comparison_pre_mean', 'comparison_post_mean', 'effect', 'ci_low', 'ci_high', 'effect_in_sd', 'p_value', 'q_value',
     'n_tests', 'smallest_detectable_effect', 'verdict'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_development_review(classes) -%}
{{ suppressed(
    ref('development_review'),
    ['period_start', 'period_end', 'segment_kind', 'segment_id', 'track', 'sensitivity_class'],
    ['n_people', 'n_with_plan', 'plan_coverage', 'plan_age_months', 'n_due', 'n_met_on_time', 'n_met_late', 'n_overdue',
     'on_time_rate', 'n_milestones_due', 'n_milestones_on_time', 'n_began_programme', 'n_began_mentoring',
     'plan_coverage_change', 'on_time_rate_change', 'n_began_programme_change'],
    'least(relation.n_people, coalesce(relation.n_people_before, relation.n_people)) < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_career_paths(classes) -%}
{{ suppressed(
    ref('career_paths'),
    ['from_level', 'from_track', 'from_family', 'to_level', 'to_track', 'to_family', 'kind', 'sensitivity_class'],
    ['n_moves', 'n_people', 'median_months'],
    'relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_reward_linkage(classes) -%}
{{ suppressed(
    ref('reward_linkage'),
    ['reward', 'sign_of_growth', 'attribute', 'group_value', 'period_start', 'period_end', 'model', 'convention_id',
     'sensitivity_class'],
    ['n', 'n_rewarded', 'coefficient', 'ci_low', 'ci_high', 'p_value', 'q_value', 'n_tests', 'verdict'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}
