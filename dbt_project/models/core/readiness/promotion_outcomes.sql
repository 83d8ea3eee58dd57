-- What came of everybody who had a case one or two years before: promotions by their own day, and how things stood two years
-- on. Being promoted is the company's doing, and so is a vacancy: who was ready and was not promoted is neither right nor
-- wrong.
with

parameters as (
    select * from {{ ref('run_parameters') }}
),

cases as (
    select
        worker_key, as_of, knowledge, target_level, target_track, band, n_missing_required,
        criteria_without_evidence is not null as lacks_evidence,
        {{ add_months('as_of', 12) }} as year_end,
        {{ add_months('as_of', 24) }} as outcome_on
    from {{ ref('readiness_bands') }}
    where knowledge <> 'current' and band <> 'no_ladder'
),

places as (
    select worker_key, month_end, org_unit_id, level, manager_key, track, spell_number from {{ ref('worker_months') }}
),

moves as (
    select worker_key, moved_on, kind
    from {{ ref('movements') }}
    where kind in ('promotion', 'demotion', 'exit')
),

firsts as (
    select
        cases.worker_key, cases.as_of, cases.knowledge,
        min(case when moves.kind = 'promotion' then moves.moved_on end) as promoted_on,
        min(case when moves.kind = 'exit' then moves.moved_on end) as exited_on,
        min(case when moves.kind = 'demotion' then moves.moved_on end) as demoted_on
    from cases
    inner join moves on cases.worker_key = moves.worker_key and cases.as_of < moves.moved_on
    group by all
),

rated as (
    select
        cases.worker_key, cases.as_of, cases.knowledge, max_by(reviews.performance, reviews.reviewed_date) as performance
    from cases
    inner join {{ ref('review_boxes') }} as reviews
        on
            cases.worker_key = reviews.worker_key
            and cases.as_of < reviews.reviewed_date
            and cases.outcome_on >= reviews.reviewed_date
    where reviews.performance is not null
    group by all
),

final as (
    select
        cases.worker_key,
        cases.as_of,
        cases.knowledge,
        places.month_end,
        places.org_unit_id,
        places.level,
        places.manager_key,
        places.track,
        cases.band,
        cases.lacks_evidence and cases.n_missing_required > 0 as lacks_evidence,
        coalesce(firsts.promoted_on <= cases.year_end, false) as is_promoted,
        firsts.promoted_on,
        -- whole months watched until the first of promotion, exit and today
        {{ full_months('cases.as_of', 'least(coalesce(firsts.promoted_on, ' ~ far_future() ~ '), coalesce(firsts.exited_on, '
            ~ far_future() ~ '), parameters.as_of)') }} as months_watched,
        case
            when firsts.promoted_on <= coalesce(firsts.exited_on, firsts.promoted_on) then 'promoted'
            when firsts.exited_on is not null then 'exited'
            else 'still there'
        end as ended_by,
        case
            when cases.outcome_on > parameters.as_of then null
            when firsts.exited_on <= cases.outcome_on or firsts.demoted_on <= cases.outcome_on then false
            when rated.performance is not null then rated.performance <> 'low'
        end as is_good
    from cases
    cross join parameters
    inner join places on cases.worker_key = places.worker_key and cases.as_of = places.month_end
    left join firsts
        on cases.worker_key = firsts.worker_key and cases.as_of = firsts.as_of and cases.knowledge = firsts.knowledge
    left join rated
        on cases.worker_key = rated.worker_key and cases.as_of = rated.as_of and cases.knowledge = rated.knowledge
)

select * from final
