-- Teams below the survey's minimum in either wave say nothing here: two answers are no trend, and no secret.
with

answers as (
    select survey_id, respondent_token, favourable_rank, load_seq
    from {{ ref('survey_answers') }}
    where index_name = 'engagement'
),

respondents as (
    select survey_id, respondent_token, manager_key from {{ ref('survey_respondents') }} where manager_key is not null
),

waves as (
    select survey_id, closed_date, minimum from {{ ref('survey_waves') }}
),

people as (
    select
        survey_id,
        respondents.manager_key as leader_key,
        respondent_token,
        avg(answers.favourable_rank) as engagement,
        max(answers.load_seq) as load_seq
    from answers
    inner join respondents using (survey_id, respondent_token)
    group by survey_id, respondents.manager_key, respondent_token
),

teams as (
    select
        people.survey_id,
        people.leader_key,
        waves.closed_date,
        count(*) as n_people,
        avg(people.engagement) as engagement,
        var_samp(people.engagement) / count(*) as variance,
        max(people.load_seq) as load_seq
    from people
    inner join waves on people.survey_id = waves.survey_id
    group by people.survey_id, people.leader_key, waves.closed_date, waves.minimum
    having count(*) >= waves.minimum
),

final as (
    select
        later.leader_key,
        later.closed_date as observed_on,
        later.engagement - earlier.engagement as uplift,
        later.n_people,
        earlier.engagement as started_at,
        later.variance + earlier.variance as variance,
        later.load_seq
    from teams as later
    inner join teams as earlier
        on
            later.leader_key = earlier.leader_key
            and earlier.closed_date < {{ add_months('later.closed_date', -10) }}
            and earlier.closed_date >= {{ add_months('later.closed_date', -14) }}
    qualify row_number() over (
        partition by later.leader_key, later.closed_date order by earlier.closed_date desc
    ) = 1
)

select * from final
