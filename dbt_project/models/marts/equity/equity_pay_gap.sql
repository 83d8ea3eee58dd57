{%- set numbers = ['n', 'n_people', 'reference_group', 'reference_n', 'reference_value'] -%}
with

final as (
    select
        law,
        snapshot_date,
        segment_kind,
        legal_entity,
        country,
        worker_category,
        currency,
        pay_element,
        statistic,
        attribute,
        group_value,
        {%- for column in numbers %}
            case when value is not null then {{ column }} end as {{ column }},
        {%- endfor %}
        value,
        gap_percent,
        ci_low,
        ci_high,
        p_value,
        q_value,
        n_tests,
        smallest_detectable_gap,
        verdict,
        verdict = 'gap' and abs(gap_percent) >= 5 as is_material,
        convention_id,
        'pay' as sensitivity_class,
        case when value is null then 'no_population' else 'ok' end as status
    from {{ ref('pay_gap_cells') }}
)

select * from final
