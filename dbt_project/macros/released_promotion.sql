{# Who lacks an offer: hidden below the larger minimum of the class, for a leader's few are the leader's own people. #}
{% macro released_promotion_opportunity(classes) -%}
{{ suppressed(
    ref('promotion_opportunity'),
    ['opportunity', 'as_of', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'convention_id',
     'sensitivity_class'],
    ['n', 'n_never_offered', 'share', 'ci_low', 'ci_high'],
    'relation.n < greatest(classes.minimum, classes.leader_minimum)',
    classes
) }}
{%- endmacro %}


{#
    The bands of a segment are everybody in it, so a small one is hidden with others: `n_hidden_with` says with how many. What
    came of the ready who were promoted is about these alone, and is told of as many as the minimum asks for.
#}
{% macro released_promotion_backtest(classes) -%}
{%- set about_promoted = ['n_promoted_known', 'n_promoted_bad', 'n_false_ready', 'false_ready_rate', 'false_ready_low',
    'false_ready_high'] -%}
select
    cells.* replace (
        {%- for name in about_promoted %}
        case when cells.n_promoted_known >= outcome.minimum then cells.{{ name }} end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
from (
{{ suppressed(
    ref('promotion_backtest'),
    ['as_of', 'knowledge', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'band', 'convention_id',
     'sensitivity_class'],
    ['n', 'n_promoted', 'n_known', 'n_good', 'n_promoted_known', 'n_promoted_bad', 'n_false_ready', 'n_never_ready',
     'conversion_rate', 'conversion_low', 'conversion_high', 'false_ready_rate', 'false_ready_low', 'false_ready_high',
     'never_ready_rate', 'never_ready_low', 'never_ready_high', 'good_rate', 'good_low', 'good_high', 'incidence_12',
     'incidence_12_low', 'incidence_12_high', 'median_months', 'naive_mean_months_biased', 'reference_group',
     'reference_n', 'reference_rate', 'impact_ratio', 'p_value', 'q_value', 'n_tests', 'verdict'],
    'least(relation.n_hidden_with, coalesce(relation.reference_n, relation.n_hidden_with)) < classes.minimum',
    classes
) }}
) as cells
inner join {{ ref('minimums') }} as outcome on cells.sensitivity_class = outcome.sensitivity_class
{%- endmacro %}


{% macro released_promotion_audit(classes) -%}
{{ suppressed(
    ref('promotion_audit'),
    ['audit_of', 'item', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'convention_id', 'sensitivity_class'],
    ['n', 'selected', 'rate', 'reference_group', 'reference_n', 'reference_selected', 'reference_rate', 'impact_ratio',
     'ratio_low', 'ratio_high', 'p_value', 'q_value', 'n_tests', 'is_below_four_fifths', 'shortfall',
     'smallest_detectable_ratio', 'verdict', 'is_material', 'screens_out', 'flips_with_one_decision', 'n_strata',
     'stratified_ratio', 'stratified_low', 'stratified_high', 'stratified_p_value', 'stratified_verdict', 'reverses'],
    '(least(relation.n, coalesce(relation.reference_n, relation.n)) < classes.minimum or '
    ~ is_of_each("relation.audit_of in ('band', 'criterion')") ~ ')',
    classes
) }}
{%- endmacro %}


{#
    How many stand where: all results of a segment are everybody in it, so a small one is hidden with others, and one that
    everybody has is hidden, for it would be told of each. What a small case says is its name, so it has no row.
#}
{% macro released_promotion_calibration(classes) -%}
select * from (
    {{ suppressed(
        ref('promotion_calibration'),
        ['as_of', 'told_of', 'segment_kind', 'segment_id', 'item', 'result', 'convention_id', 'sensitivity_class'],
        ['n', 'total', 'share', 'ci_low', 'ci_high'],
        '(relation.n_hidden_with < classes.minimum or relation.is_everybody)',
        classes
    ) }}
) as cells
where cells.told_of <> 'case' or cells.status <> 'suppressed'
{%- endmacro %}
