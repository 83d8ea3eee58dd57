{#
    New York City's bias audit (6 RCNY 5-301) in the columns of a legal pack: of each figure its categories of sex, of race or
    ethnicity and of both, as `people_stats.selection.bias_audit` made them. Who disclosed nothing is counted and in no
    category.

    figures:   relation or CTE of legal_figures; measure and statistic name what the audit is of
#}
{% macro bias_audit_figures(figures) -%}
select
    figures.pack, figures.figure, figures.article, parameters.as_of as snapshot_date, 'all' as legal_entity, 'all' as country,
    'all' as worker_category, concat(audit.attribute, ' ', audit.group_value) as group_value,
    case when figures.reads = 'rate' then audit.rate else audit.ratio_to_most_selected end as value, figures.unit, audit.n,
    figures.convention_id,
    case
        when audit.category_share is null then 'unknown: counted, and in no category'
        when audit.ratio_to_most_selected is null then 'below 2% of those known, or nobody selected: no ratio'
        else concat(cast(audit.selected as varchar), ' of ', cast(audit.n as varchar))
    end as note
from {{ figures }} as figures
inner join {{ ref('promotion_audit') }} as audit
    on
        figures.measure = audit.audit_of
        and figures.statistic = audit.item
        and figures.segment_kind = audit.segment_kind
cross join {{ ref('run_parameters') }} as parameters
where
    figures.source_table = 'audit'
    and list_has_all(
        (select list(distinct attribute) from {{ ref('law_categories') }} where law = 'us'),
        string_split(audit.attribute, '_x_')
    )
{%- endmacro %}
