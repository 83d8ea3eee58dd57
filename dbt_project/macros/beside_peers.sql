{# Columns of leader_indicators that cells of other leaders, or of the leader's own past, enter. #}
{% macro columns_beside_peers() -%}
{{ return(['icc_1', 'icc_2', 'is_reliable', 'shrinkage_weight', 'shrunken_value', 'n_peers', 'difference_from_peers',
    'difference_low', 'difference_high', 'peer_spread', 'p_value', 'p_adjusted', 'n_tests', 'verdict',
    'baseline_period_end', 'change_from_baseline', 'change_low', 'change_high']) }}
{%- endmacro %}


{#
    One of these columns, made of what metric_cells_inferred has. Intervals of differences are made of the two intervals
    (MOVER: Zou and Donner 2008), so they fit any method of a cell.

    is_shown:  whether it is made of the cells that are not hidden, and not of the whole truth
#}
{% macro beside_peers(column, is_shown=false) -%}
{%- set of = {} -%}
{%- for name in ['peer_mean', 'peer_margin', 'baseline_value', 'baseline_low', 'baseline_high', column] -%}
{%- do of.update({name: "shown['" ~ name ~ "']" if is_shown else name}) -%}
{%- endfor -%}
{%- set difference = 'value - ' ~ of.peer_mean -%}
{%- set change = 'value - ' ~ of.baseline_value -%}
{%- set margin = 'pow(' ~ of.peer_margin ~ ', 2)' -%}
{{ {
    'difference_from_peers': difference,
    'difference_low': difference ~ ' - sqrt(pow(value - ci_low, 2) + ' ~ margin ~ ')',
    'difference_high': difference ~ ' + sqrt(pow(ci_high - value, 2) + ' ~ margin ~ ')',
    'change_from_baseline': change,
    'change_low': change ~ ' - sqrt(pow(value - ci_low, 2) + pow(' ~ of.baseline_high ~ ' - ' ~ of.baseline_value ~ ', 2))',
    'change_high': change ~ ' + sqrt(pow(ci_high - value, 2) + pow(' ~ of.baseline_value ~ ' - ' ~ of.baseline_low ~ ', 2))',
}.get(column, of[column]) }}
{%- endmacro %}
