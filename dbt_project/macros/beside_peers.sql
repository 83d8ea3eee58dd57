{# Columns of leader_indicators that cells of other leaders, or of the leader's own past, enter. #}
{% macro columns_beside_peers() -%}
{{ return(['icc_1', 'icc_2', 'is_reliable', 'shrinkage_weight', 'shrunken_value', 'n_peers', 'difference_from_peers',
    'difference_low', 'difference_high', 'peer_spread', 'p_value', 'p_adjusted', 'n_tests', 'verdict',
    'baseline_period_end', 'change_from_baseline', 'change_low', 'change_high']) }}
{%- endmacro %}


{#
    One of these columns, made of what metric_cells_inferred has. Intervals of differences are made of the two intervals
    (MOVER: Zou and Donner 2008), so they fit any method of a cell.

    among:  '' for the whole truth, 'shown.' for what is made of the cells that are not hidden
#}
{% macro beside_peers(column, among='') -%}
{%- set difference = 'value - ' ~ among ~ 'peer_mean' -%}
{%- set change = 'value - ' ~ among ~ 'baseline_value' -%}
{%- set margin = 'pow(' ~ among ~ 'peer_margin, 2)' -%}
{%- set up = 'pow(' ~ among ~ 'baseline_high - ' ~ among ~ 'baseline_value, 2)' -%}
{%- set down = 'pow(' ~ among ~ 'baseline_value - ' ~ among ~ 'baseline_low, 2)' -%}
{{ {
    'difference_from_peers': difference,
    'difference_low': difference ~ ' - sqrt(pow(value - ci_low, 2) + ' ~ margin ~ ')',
    'difference_high': difference ~ ' + sqrt(pow(ci_high - value, 2) + ' ~ margin ~ ')',
    'change_from_baseline': change,
    'change_low': change ~ ' - sqrt(pow(value - ci_low, 2) + ' ~ up ~ ')',
    'change_high': change ~ ' + sqrt(pow(ci_high - value, 2) + ' ~ down ~ ')',
}.get(column, among ~ column) }}
{%- endmacro %}
