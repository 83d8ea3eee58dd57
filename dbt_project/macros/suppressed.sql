{#
    A mart as it may be handed out: primary suppression. A cell about fewer people than its class asks for is a row with
    status `suppressed` and every number empty, n too; why it is hidden is not told. An insufficient or empty cell below the
    minimum says the same, for its status alone would tell how few there are.

    relation:  the mart
    keys:      columns that say which cell it is
    values:    columns that are emptied
    below:     SQL that is true where the cell is below its minimum; may use `relation.` and `classes.`
    classes:   which sensitivity classes the audience does not see below the minimum

    Keys and values are the model's meta, too: who compares two releases reads there which cell a row is.
#}
{% macro suppressed(relation, keys, values, below, classes) -%}
{%- do config(meta={'keys': keys, 'numbers': values}) -%}
{#- a row without a reference has no number of people there, which hides nothing and makes no status unknown -#}
{%- set hidden = "(coalesce(" ~ below ~ ", false) and relation.sensitivity_class in ('" ~ classes | join("', '") ~ "'))" -%}
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


{# A judgement that all of a group have, or none of them: told of the group, it is told of each. `judged`: SQL, of what kind. #}
{% macro is_of_each(judged) -%}
({{ judged }} and (relation.selected in (0, relation.n) or relation.reference_selected in (0, relation.reference_n)))
{%- endmacro %}


{#
    What is hidden beside others is hidden from leadership (`nests`). Analysts hold rows of people, of whom any such sum can be
    made; of what was answered in confidence they see the cells that are large enough.
#}
{% macro released_metric_values(classes, nests=true) -%}
{{ suppressed(
    ref('metric_values'),
    ['metric', 'convention_id', 'is_default', 'sensitivity_class', 'period_start', 'period_end', 'segment_kind',
     'segment_id', 'attribute', 'group_value'],
    ['n', 'numerator', 'denominator', 'value', 'ci_low', 'ci_high', 'verdict'],
    '(coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.minimum or relation.is_hidden'
    ~ ('' if nests else ' and relation.attribute is not null') ~ ')',
    classes
) }}
{%- endmacro %}


{# Leadership's comparisons are made of the cells that it is shown. #}
{% macro released_leader_indicators(classes, nests=true) -%}
{%- set of_shown = '(select * exclude (shown, ' ~ columns_beside_peers() | join(', ') ~ '), unnest(shown) from '
    ~ ref('leader_indicators') ~ ')' -%}
{{ suppressed(
    of_shown if nests else ref('leader_indicators'),
    ['leader_key', 'scope', 'metric', 'convention_id', 'is_default', 'sensitivity_class', 'period_start', 'period_end'],
    ['n', 'numerator', 'denominator', 'value', 'ci_low', 'ci_high', 'r_wg'] + columns_beside_peers(),
    '(coalesce(relation.n_people, 0) > 0 and relation.n_people < classes.leader_minimum'
    ~ (' or coalesce(relation.is_hidden, false)' if nests else '') ~ ')',
    classes
) }}
{%- endmacro %}


{# Goals, hidden wherever the cell of their value is; contracts' indicators are for analysts, for they are about one leader. #}
{% macro released_target_progress(classes, also=[], nests=true) -%}
{{ suppressed(
    ref('target_progress'),
    ['goal_kind', 'goal_id'] + also
    + ['metric', 'convention_id', 'sensitivity_class', 'is_asserted', 'segment_kind', 'segment_id', 'baseline_date',
       'is_baseline_measured', 'target_change', 'due_date', 'period_start', 'period_end', 'is_last', 'measured_on'],
    ['baseline_value', 'target_value', 'path_value', 'n', 'value', 'ci_low', 'ci_high', 'share_of_change', 'progress',
     'is_clear'],
    "(coalesce(relation.n_people, 0) > 0 and relation.n_people < case when relation.segment_kind like 'leader%'"
    ~ " then classes.leader_minimum else classes.minimum end" ~ (" or coalesce(relation.is_hidden, false)" if nests else "") ~ ")",
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
