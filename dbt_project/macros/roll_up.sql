{#
    Sums of additive measures by segment, from rows at the grain of a place: (month_end, org_unit_id, level, manager_key).
    Units and leaders collect everything below them as the trees stood in that month; nothing moves back in time.

    base:      relation or CTE with month_end, org_unit_id, level, manager_key and the measures; for `leader_self`, where
               rows are of leaders in person, leader_key instead of manager_key; for `function`, job_family too
    by:        further columns to keep apart (convention, period, group)
    measures:  columns to sum
    kinds:     which segments to build
#}
{% macro roll_up(base, by, measures, kinds) -%}
{%- for kind in kinds %}
select
    {% for column in by %}base.{{ column }}, {% endfor %}
    '{{ kind }}' as segment_kind,
    {{ {
        'company': "'company'",
        'level': 'cast(base.level as varchar)',
        'function': 'base.job_family',
        'org_unit': 'tree.ancestor_id',
        'leader_direct': 'base.manager_key',
        'leader_org': 'tree.ancestor_key',
        'leader_self': 'base.leader_key',
    }[kind] }} as segment_id,
    {% for measure in measures %}
    sum(base.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ base if kind not in ('org_unit', 'leader_org') else base_of_tree(base, by, measures, kind) }} as base
{% if kind == 'org_unit' -%}
inner join {{ ref('org_tree') }} as tree
    on base.month_end = tree.month_end and base.org_unit_id = tree.org_unit_id
{%- elif kind == 'leader_org' -%}
inner join {{ ref('manager_tree') }} as tree
    on base.month_end = tree.month_end and base.manager_key = tree.leader_key
{%- elif kind == 'leader_direct' -%}
where base.manager_key is not null
{%- elif kind == 'level' -%}
where base.level is not null
{%- elif kind == 'function' -%}
where base.job_family is not null
{%- endif %}
group by all
{{ 'union all' if not loop.last }}
{% endfor %}
{%- endmacro %}


{# The base summed by what the tree is walked from: each row is copied to all its ancestors, so few rows must go up. #}
{% macro base_of_tree(base, by, measures, kind) -%}
(
    select
        {{ (by + (['month_end'] if 'month_end' not in by else [])) | join(', ') }},
        {{ 'org_unit_id' if kind == 'org_unit' else 'manager_key' }}
        {%- for measure in measures %},
        sum({{ measure }}) as {{ measure }}
        {%- endfor %}
    from {{ base }}
    group by all
)
{%- endmacro %}


{#
    What every metric model ends with: exactly the index's cells of the metric, with its counts where it measured some,
    and a status from the one vocabulary where it did not. Numbers stand only in cells that are `ok`.

    metric:    the metric, or a list of metrics of one family that share a model; `measured` then names each row's. One that
               ends in a kind of item in braces, as the catalogue has it, stands for the metrics of all its items

    people:    how many people the cell tells of, which the release's minimum is held against, whatever the status. It may
               be a mean of head-counts, or count people by shares: it adds up over places, and n is told whole

    measured:  CTE with convention_id, period_end, segment_kind, segment_id, [attribute, group_value], n, numerator,
               denominator, is_sufficient and, for the intervals that need them, sum_squares, sum_cross,
               sum_denominator_squares, or the values that stand at the ranks of median_ranks: order_low, order_high
#}
{% macro metric_cells(metric, measured, by_attribute=false, moments=[], people='measured.n') -%}
{%- set metrics = [metric] if metric is string else metric %}
select
    expected.cell_number,
    expected.metric,
    expected.convention_id,
    expected.period_start,
    expected.period_end,
    expected.segment_kind,
    expected.segment_id,
    expected.attribute,
    expected.group_value,
    {%- set is_ok = "(expected.is_collected and coalesce(measured.denominator, measured.n, 0) > 0"
        ~ " and coalesce(measured.is_sufficient, true))" %}
    case when expected.is_collected then round(cast({{ people }} as double), 6) end as n_people,
    case when {{ is_ok }} then cast(greatest(floor(round(measured.n, 6)), sign(measured.n)) as bigint) end as n,
    case when {{ is_ok }} then cast(measured.numerator as double) end as numerator,
    case when {{ is_ok }} then cast(measured.denominator as double) end as denominator,
    {%- for moment in ['sum_squares', 'sum_cross', 'sum_denominator_squares', 'order_low', 'order_high'] %}
    {%- if moment in moments %}
    case when {{ is_ok }} then cast(measured.{{ moment }} as double) end as {{ moment }},
    {%- else %}
    cast(null as double) as {{ moment }},
    {%- endif %}
    {%- endfor %}
    case
        when not expected.is_collected then 'not_collected'
        when coalesce(measured.denominator, measured.n, 0) = 0 then 'no_population'
        when not coalesce(measured.is_sufficient, true) then 'insufficient'
        else 'ok'
    end as status
from {{ ref('expected_cells') }} as expected
left join {{ measured }} as measured
    on
        expected.convention_id = measured.convention_id
        and expected.period_end = measured.period_end
        and expected.segment_kind = measured.segment_kind
        and expected.segment_id = measured.segment_id
        {%- if metric is not string %}
        and expected.metric = measured.metric
        {%- endif %}
        {%- if by_attribute %}
        and expected.attribute = measured.attribute
        and expected.group_value = measured.group_value
        {%- endif %}
where
    {%- for name in metrics %}
    {{ 'or ' if not loop.first }}expected.metric {{ "like '" ~ name.split('{')[0] ~ "%'" if '{' in name else "= '" ~ name ~ "'" }}
    {%- endfor %}
{%- endmacro %}
