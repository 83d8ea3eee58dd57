{%- set fixed = {
    'checkin_kind': ['check_in', 'coaching', 'career', 'contract'],
    'activity_type': ['stretch', 'rotation', 'shadowing', 'cohort', 'simulation', 'peer_circle', 'micro_credential',
        'coaching', 'course'],
} -%}
{%- set copied = ['convention_id', 'is_default', 'family', 'requires', 'periods', 'grain', 'window_months', 'segments',
    'divided_from', 'interval', 'scale', 'unit', 'sensitivity_class', 'fixed_by', 'population', 'numerator', 'denominator',
    'tie_rule', 'input_columns', 'source', 'items', 'says'] -%}
-- A metric that ends in a kind of item in braces is one metric an item: `score_360:{competency}` is one a competency.
with

catalogue as (
    select * from {{ ref('metric_catalogue') }}
),

items as (
    select distinct 'competency' as item_kind, competency_id as item
    from {{ ref('ratee_scores') }}
    where competency_id <> '*'
    {%- for kind, names in fixed.items() %}{% for name in names %}
        union all
        select '{{ kind }}', '{{ name }}'
    {%- endfor %}{% endfor %}
),

final as (
    select
        case
            when items.item is null then catalogue.metric
            else replace(catalogue.metric, concat('{', items.item_kind, '}'), items.item)
        end as metric,
        case
            when items.item is null then catalogue.title
            else replace(catalogue.title, concat('{', items.item_kind, '}'), replace(items.item, '_', ' '))
        end as title,
        catalogue.{{ copied | join(',\n        catalogue.') }}
    from catalogue
    left join items on catalogue.metric like concat('%:{', items.item_kind, '}')
    where items.item is not null or catalogue.metric not like '%}'
)

select * from final
