{%- set inputs = {
    'competency_360': 'feedback360.feedback_ratings',
    'competency_review': 'hris.review_ratings',
    'learning_hours': 'lms.learning_records',
    'mentoring_given': 'talent.mentorships',
    'led_initiative': 'talent.assignments',
    'rating': 'hris.performance_reviews',
    'milestones_met': 'talent.contract_milestones',
    'team_uplift': 'survey.survey_answers',
} -%}
-- Ladders as they hold on the run's day: a criterion that nobody can meet, a step that waiting would satisfy, a step that is
-- missing. A step leads from one level to the next one up, so no ladder can run in a circle.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

ladder as (
    select criteria.*
    from {{ ref('stg_talent__ladder_criteria') }} as criteria
    cross join parameters
    where criteria.valid_from <= parameters.as_of and coalesce(criteria.valid_to, {{ far_future() }}) > parameters.as_of
),

asked as (
    select
        level, track, case when requirement = 'one_of' then one_of_group else concat('=', criterion_id) end as asked,
        bool_or(rule = 'months_in_level') as is_tenure
    from ladder
    group by all
),

steps as (
    select
        level, track, bool_and(is_tenure) as is_tenure_alone,
        coalesce(level - lag(level) over (partition by track order by level) > 1, false) as is_behind_a_gap
    from asked
    group by level, track
),

competencies as (
    select competency_id from {{ ref('stg_talent__competencies') }}
),

framework as (
    select count(*) as n_competencies from competencies
),

needed as (
    select
        ladder.*,
        case
            {%- for rule, input in inputs.items() %}
                when ladder.rule = '{{ rule }}' then '{{ input }}'
            {%- endfor %}
        end as input_name
    from ladder
),

told as (
    select
        needed.feed_id, needed.load_seq, needed.row_no, steps.is_tenure_alone, steps.is_behind_a_gap,
        needed.rule in ('competency_360', 'competency_review') and needed.competency_id is null
        or needed.competency_id is not null
        and competencies.competency_id is null
        and framework.n_competencies > 0 as is_unknown_competency,
        needed.input_name is not null and collected.input_name is null as is_not_collected
    from needed
    inner join steps on needed.level = steps.level and needed.track = steps.track
    cross join framework
    left join competencies on needed.competency_id = competencies.competency_id
    left join {{ ref('stg_ledger__collected_inputs') }} as collected on needed.input_name = collected.input_name
),

final as (
    {{ suspects('ladder_of_tenure_alone', 'talent.ladder_criteria', 'told', 'is_tenure_alone') }}
    union all
    {{ suspects('ladder_step_missing', 'talent.ladder_criteria', 'told', 'is_behind_a_gap') }}
    union all
    {{ suspects('criterion_without_competency', 'talent.ladder_criteria', 'told', 'is_unknown_competency') }}
    union all
    {{ suspects('criterion_without_evidence', 'talent.ladder_criteria', 'told', 'is_not_collected') }}
)

select * from final
