{#
    What rates over average headcount measure: events of a segment's twelve months ÷ one of movement_years' two headcounts.

    conventions:  triples of convention_id, SQL of the number of events, and headcount: average_headcount (the mean of the
                  twelve month ends) or average_employed (person-days ÷ days)
#}
{% macro over_headcount(conventions) -%}
{%- for convention, events, headcount in conventions %}
    select
        '{{ convention }}' as convention_id,
        period_end,
        segment_kind,
        segment_id,
        -- who came and went between two month ends was somebody
        coalesce(nullif({{ headcount }}, 0), 1) as n,
        {{ events }} as numerator,
        {{ headcount }} as denominator,
        is_whole_year as is_sufficient
    from {{ ref('movement_years') }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
