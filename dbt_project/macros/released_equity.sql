{% macro released_equity_selection(classes) -%}
{{ suppressed(
    ref('equity_selection'),
    ['selection', 'selection_window', 'period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value',
     'sensitivity_class', 'convention_id', 'is_default'],
    ['n', 'selected', 'rate', 'reference_group', 'reference_n', 'reference_selected', 'reference_rate', 'impact_ratio',
     'ratio_low', 'ratio_high', 'p_value', 'q_value', 'n_tests', 'is_below_four_fifths', 'shortfall',
     'smallest_detectable_ratio', 'verdict', 'is_material', 'flips_with_one_decision', 'fisher_p_value',
     'boschloo_p_value', 'n_strata', 'stratified_odds_ratio', 'stratified_ratio', 'stratified_low', 'stratified_high',
     'stratified_p_value', 'stratified_q_value', 'homogeneity_p_value', 'stratified_verdict', 'reverses'],
    '(relation.n < classes.minimum or relation.reference_n < classes.minimum'
    ~ ' or ' ~ is_of_each("relation.selection in ('readiness', 'high_rating')") ~ ')',
    classes
) }}
{%- endmacro %}


{# A gap is hidden with either of its sides, and a mean over everybody where few of them got what it is the mean of. #}
{% macro released_equity_pay_gap(classes) -%}
{{ suppressed(
    ref('equity_pay_gap'),
    ['law', 'snapshot_date', 'segment_kind', 'legal_entity', 'country', 'worker_category', 'currency', 'pay_element',
     'statistic', 'attribute', 'group_value', 'convention_id', 'sensitivity_class'],
    ['n', 'value', 'reference_group', 'reference_n', 'reference_value', 'gap_percent', 'ci_low', 'ci_high', 'p_value',
     'q_value', 'n_tests', 'smallest_detectable_gap', 'verdict', 'is_material'],
    'relation.value is not null and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_equity_pay_gap_adjusted(classes) -%}
{{ suppressed(
    ref('equity_pay_gap_adjusted'),
    ['snapshot_date', 'currency', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'controls', 'biased_controls',
     'method', 'is_default', 'convention_id', 'sensitivity_class'],
    ['n', 'reference_group', 'reference_n', 'raw_gap_percent', 'gap_percent', 'ci_low', 'ci_high', 'p_value', 'q_value',
     'n_tests', 'smallest_detectable_gap', 'verdict', 'is_material', 'difference', 'explained', 'unexplained',
     'explained_by', 'remediation_cost'],
    'relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_equity_representation(classes) -%}
{{ suppressed(
    ref('equity_representation'),
    ['period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'sensitivity_class', 'convention_id'],
    ['n', 'n_members', 'share', 'ci_low', 'ci_high'],
    '(relation.n_people < classes.minimum or relation.is_hidden)',
    classes
) }}
{%- endmacro %}


{# A flow of few people is hidden whole: its opening and closing stand in the group's other rows. #}
{% macro released_equity_representation_walk(classes) -%}
{{ suppressed(
    ref('equity_representation_walk'),
    ['period_kind', 'period_start', 'period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'flow',
     'sensitivity_class', 'convention_id'],
    ['n_opening', 'opening_members', 'opening_share', 'n_closing', 'closing_members', 'closing_share', 'n', 'n_flow',
     'n_members', 'flow_members', 'share_effect', 'residual'],
    '(coalesce(relation.n_people, 0) < classes.minimum or relation.is_hidden)',
    classes
) }}
{%- endmacro %}


{% macro released_equity_progression(classes) -%}
{{ suppressed(
    ref('equity_progression'),
    ['period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'sensitivity_class', 'convention_id'],
    ['n', 'n_promoted', 'n_exited', 'median_months', 'incidence_12', 'incidence_12_low', 'incidence_12_high',
     'incidence_24', 'incidence_24_low', 'incidence_24_high', 'incidence_36', 'incidence_36_low',
     'incidence_36_high', 'naive_mean_months_biased', 'reference_group', 'reference_n', 'reference_median_months',
     'reference_incidence_24', 'hazard_ratio', 'ci_low', 'ci_high', 'proportionality_p', 'p_value', 'q_value',
     'n_tests', 'smallest_detectable_ratio', 'verdict', 'is_material', 'flips_with_one_decision'],
    '(relation.n < classes.minimum or relation.reference_n < classes.minimum)',
    classes
) }}
{%- endmacro %}


{% macro released_equity_opportunity(classes) -%}
{{ suppressed(
    ref('equity_opportunity'),
    ['opportunity', 'measure', 'opportunity_window', 'period_end', 'segment_kind', 'segment_id', 'attribute',
     'group_value', 'sensitivity_class', 'convention_id'],
    ['n', 'total', 'n_declined', 'value', 'reference_group', 'reference_n', 'reference_value', 'impact_ratio',
     'difference', 'ci_low', 'ci_high', 'p_value', 'q_value', 'n_tests', 'shortfall', 'smallest_detectable_ratio',
     'smallest_detectable_difference', 'stratified_difference', 'stratified_low', 'stratified_high',
     'stratified_p_value', 'is_reversed', 'verdict', 'is_material', 'flips_with_one_decision'],
    '(relation.n < classes.minimum or relation.reference_n < classes.minimum)',
    classes
) }}
{%- endmacro %}


{% macro released_equity_perception(classes) -%}
{{ suppressed(
    ref('equity_perception'),
    ['measure', 'rater_group_value', 'period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value',
     'sensitivity_class', 'convention_id'],
    ['n', 'n_raters', 'mean', 'reference_group', 'reference_n', 'reference_n_raters', 'reference_mean',
     'difference', 'ci_low', 'ci_high', 'standardised_difference', 'p_value', 'q_value', 'n_tests',
     'smallest_detectable_difference', 'stratified_difference', 'stratified_low', 'stratified_high',
     'stratified_p_value', 'is_reversed', 'verdict', 'is_material'],
    '(least(relation.n, relation.n_raters) < classes.minimum or least(relation.reference_n, relation.reference_n_raters) < classes.minimum)',
    classes
) }}
{%- endmacro %}
