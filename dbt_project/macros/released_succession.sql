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
