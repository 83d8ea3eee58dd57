{%- set tables = [
    ('hris', 'workers'), ('hris', 'job_assignments'), ('hris', 'org_units'), ('hris', 'compensation'),
    ('survey', 'surveys'), ('survey', 'survey_items'), ('survey', 'survey_answers'),
    ('feedback360', 'feedback_ratings'), ('lms', 'learning_records'), ('talent', 'targets'), ('talent', 'contract_indicators'),
    ('talent', 'contract_amendments'), ('talent', 'contract_milestones'),
    ('talent', 'ladder_criteria'), ('hris', 'performance_reviews'), ('talent', 'panel_members'),
] -%}
with

final as (
    {%- for domain, table in tables %}
        select '{{ domain }}.{{ table }}' as table_name, feed_id, count(*) as n_rows
        from {{ ref('stg_' ~ domain ~ '__' ~ table) }}
        group by feed_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
