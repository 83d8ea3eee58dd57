{#
    A mart as it may be handed out: primary suppression. A cell about fewer people than its class asks for is a row with
    status `suppressed` and every number empty, n too; why it is hidden is not told. An insufficient or empty cell below the
    minimum says the same, for its status alone would tell how few there are.

    relation:  the mart
    keys:      columns that say which cell it is
    values:    columns that are emptied
    below:     SQL that is true where the cell is below its minimum; may use `relation.` and `classes.`
    classes:   which sensitivity classes the audience does not see below the minimum
#}
{% macro suppressed(relation, keys, values, below, classes) -%}
{%- set hidden = "(" ~ below ~ " and relation.sensitivity_class in ('" ~ classes | join("', '") ~ "'))" -%}
select
    {%- for key in keys %}
    relation.{{ key }},
    {%- endfor %}
    {%- for value in values %}
    case when not {{ hidden }} then relation.{{ value }} end as {{ value }},
    {%- endfor %}
    case when {{ hidden }} then 'suppressed' else relation.status end as status
from {{ relation }} as relation
inner join {{ ref('minimums') }} as classes on relation.sensitivity_class = classes.sensitivity_class
{%- endmacro %}


{% macro released_metric_values(classes) -%}
{{ suppressed(
    ref('metric_values'),
    ['metric', 'convention_id', 'is_default', 'sensitivity_class', 'period_start', 'period_end', 'segment_kind',
     'segment_id', 'attribute', 'group_value'],
    ['n', 'numerator', 'denominator', 'value', 'ci_low', 'ci_high', 'verdict'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_leader_indicators(classes) -%}
{{ suppressed(
    ref('leader_indicators'),
    ['leader_key', 'scope', 'metric', 'convention_id', 'is_default', 'sensitivity_class', 'period_start', 'period_end'],
    ['n', 'numerator', 'denominator', 'value', 'ci_low', 'ci_high', 'icc_1', 'icc_2', 'r_wg', 'is_reliable',
     'shrinkage_weight', 'shrunken_value', 'n_peers', 'difference_from_peers', 'difference_low', 'difference_high',
     'peer_spread', 'p_value', 'p_adjusted', 'n_tests', 'verdict', 'baseline_period_end', 'change_from_baseline',
     'change_low', 'change_high'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.leader_minimum',
    classes
) }}
{%- endmacro %}


{% macro released_equity_selection(classes) -%}
{{ suppressed(
    ref('equity_selection'),
    ['selection', 'selection_window', 'period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value',
     'sensitivity_class', 'convention_id'],
    ['n', 'selected', 'rate', 'reference_group', 'reference_n', 'reference_selected', 'reference_rate', 'impact_ratio',
     'ratio_low', 'ratio_high', 'p_value', 'q_value', 'n_tests', 'is_below_four_fifths', 'shortfall',
     'smallest_detectable_ratio', 'verdict', 'is_material', 'flips_with_one_decision'],
    '(relation.n < classes.minimum or relation.reference_n < classes.minimum)',
    classes
) }}
{%- endmacro %}


{# Goals, hidden wherever the cell of their value is; contracts' indicators are for analysts, for they are about one leader. #}
{% macro released_target_progress(classes, also=[]) -%}
{{ suppressed(
    ref('target_progress'),
    ['goal_kind', 'goal_id'] + also
    + ['metric', 'convention_id', 'sensitivity_class', 'is_asserted', 'segment_kind', 'segment_id', 'baseline_date',
       'is_baseline_measured', 'target_change', 'due_date', 'period_start', 'period_end', 'is_last', 'measured_on'],
    ['baseline_value', 'target_value', 'path_value', 'n', 'value', 'ci_low', 'ci_high', 'share_of_change', 'progress',
     'is_clear'],
    "coalesce(relation.n_people, 0) > 0 and relation.n_people < case when relation.segment_kind like 'leader%'"
    ~ " then classes.leader_minimum else classes.minimum end",
    classes
) }}
{%- endmacro %}


{# Contracts are about leaders: what came of them is told of so many leaders that none of them is told. #}
{% macro released_contract_progress(classes) -%}
{{ suppressed(
    ref('contract_progress'),
    ['segment_kind', 'segment_id', 'period_start', 'period_end', 'sensitivity_class'],
    contract_counts(),
    'coalesce(relation.n_leaders, 0) > 0 and relation.n_leaders < classes.minimum',
    classes
) }}
{%- endmacro %}


{#
    Counts of rows for leadership: a count from one to below the minimum of outcomes is empty, and so is what it could be
    worked out from; `is_few` says so. What is about a column of special category stays inside.

    small:     SQL that is true where a count of the row is too small to be told; may use `relation.` and `least.minimum`
#}
{% macro without_small_counts(relation, keys, numbers, small) -%}
select
    {%- for key in keys %}
    relation.{{ key }},
    {%- endfor %}
    {%- for number in numbers %}
    case when not ({{ small }}) then relation.{{ number }} end as {{ number }},
    {%- endfor %}
    {{ small }} as is_few
from {{ relation }} as relation
inner join {{ ref('minimums') }} as least on least.sensitivity_class = 'outcome'
where (relation.table_name, coalesce(relation.column_name, '')) not in ({{ special_category_columns() }})
{%- endmacro %}


{% macro is_few(count) -%}
coalesce({{ count }} > 0 and {{ count }} < least.minimum, false)
{%- endmacro %}


{% macro released_succession_bench(classes) -%}
{{ suppressed(
    ref('succession_bench'),
    ['period_end', 'position_kind', 'segment_kind', 'segment_id', 'counted', 'bench_depth', 'attribute', 'group_value',
     'sensitivity_class'],
    ['n', 'total', 'share', 'ci_low', 'ci_high', 'n_successors', 'n_successors_shared'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_nine_box(classes) -%}
{{ suppressed(
    ref('nine_box'),
    ['cycle_id', 'period_end', 'segment_kind', 'segment_id', 'view_of', 'from_cycle_id', 'from_performance',
     'from_potential', 'became', 'performance', 'potential', 'sensitivity_class'],
    ['n', 'total', 'share', 'ci_low', 'ci_high'],
    'coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum',
    classes
) }}
{%- endmacro %}


{% macro released_equity_representation(classes) -%}
{{ suppressed(
    ref('equity_representation'),
    ['period_end', 'segment_kind', 'segment_id', 'attribute', 'group_value', 'sensitivity_class', 'convention_id'],
    ['n', 'n_members', 'share', 'ci_low', 'ci_high'],
    'relation.n_people < classes.minimum',
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
    'coalesce(relation.n_people, 0) < classes.minimum',
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
