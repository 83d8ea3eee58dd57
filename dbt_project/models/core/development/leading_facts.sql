-- What stands at the end of a quarter (mentees, sponsored people) is dated by that day; the rest by the day it happened.
with

quarter_ends as (
    select month_end as quarter_end from {{ ref('months') }} where month_end = quarter_end
),

mentorships as (
    select *
    from {{ ref('stg_talent__mentorships') }}
    where mentor_key is not null and mentee_key is not null and accepted_at is not null
),

-- the department nearest above a unit; a unit of a company that names none stands for itself
departments as (
    select tree.month_end, tree.org_unit_id, min_by(tree.ancestor_id, tree.depth) as department_id
    from {{ ref('org_tree') }} as tree
    inner join {{ ref('stg_hris__org_units') }} as units
        on
            tree.ancestor_id = units.org_unit_id
            and units.kind = 'department'
            and tree.month_end >= units.valid_from
            and coalesce(units.valid_to, {{ far_future() }}) > tree.month_end
    where tree.month_end in (select quarter_end from quarter_ends)
    group by tree.month_end, tree.org_unit_id
),

placed as (
    select months.worker_key, months.month_end, coalesce(departments.department_id, months.org_unit_id) as department_id
    from {{ ref('worker_months') }} as months
    left join departments
        on months.month_end = departments.month_end and months.org_unit_id = departments.org_unit_id
    where months.month_end = months.quarter_end and months.is_employed_at_end
),

-- who has left is nobody's mentee any more, whatever the record says
mentored as (
    select
        mentorships.mentor_key, quarter_ends.quarter_end,
        case when mentors.department_id <> mentees.department_id then 1 else 0 end as is_across
    from mentorships
    inner join quarter_ends
        on
            mentorships.accepted_at < {{ add_days('quarter_ends.quarter_end', 1) }}
            and (
                mentorships.ended_at is null
                or mentorships.ended_at >= {{ add_days('quarter_ends.quarter_end', 1) }}
            )
    inner join placed as mentors
        on mentorships.mentor_key = mentors.worker_key and quarter_ends.quarter_end = mentors.month_end
    inner join placed as mentees
        on mentorships.mentee_key = mentees.worker_key and quarter_ends.quarter_end = mentees.month_end
),

-- the highest potential given in a cycle that tells people apart
potentials as (
    select
        worker_key, reviewed_date,
        potential = max(potential) over (partition by cycle_id)
        and potential > min(potential) over (partition by cycle_id) as is_high
    from {{ ref('stg_hris__performance_reviews') }}
    where potential is not null and worker_key is not null
),

sponsored as (
    select
        sponsorships.sponsorship_id, quarter_ends.quarter_end, any_value(sponsorships.sponsor_key) as sponsor_key,
        max_by(potentials.is_high, potentials.reviewed_date) as is_high
    from {{ ref('stg_talent__sponsorships') }} as sponsorships
    inner join quarter_ends
        on
            sponsorships.accepted_at < {{ add_days('quarter_ends.quarter_end', 1) }}
            and (
                sponsorships.ended_at is null
                or sponsorships.ended_at >= {{ add_days('quarter_ends.quarter_end', 1) }}
            )
    inner join placed
        on sponsorships.sponsored_key = placed.worker_key and quarter_ends.quarter_end = placed.month_end
    inner join potentials
        on sponsorships.sponsored_key = potentials.worker_key and quarter_ends.quarter_end >= potentials.reviewed_date
    group by sponsorships.sponsorship_id, quarter_ends.quarter_end
),

debriefs as (
    select cycle_id, ratee_key, max(debriefed_at) as debriefed_at
    from {{ ref('stg_feedback360__feedback_requests') }}
    group by cycle_id, ratee_key
),

rated as (
    select distinct ratings.cycle_id, ratings.ratee_key, ratings.closed_date
    from {{ ref('feedback_ratings') }} as ratings
    where ratings.relationship <> 'self'
),

final as (
    select
        'mentees_across_departments' as fact, mentor_key as worker_key, quarter_end as happened_on,
        cast(is_across as double) as numerator, cast(1 as double) as denominator
    from mentored
    union all
    select 'mentoring_satisfaction', mentor_key, cast(ended_at as date), satisfaction, 1
    from mentorships
    where satisfaction is not null and ended_at is not null
    union all
    select 'sponsored_high_potentials', sponsor_key, quarter_end, 1, 0 from sponsored where is_high
    union all
    select
        'own_360_debriefed', rated.ratee_key, rated.closed_date,
        case when debriefs.debriefed_at is not null then 1 else 0 end, 1
    from rated
    left join debriefs on rated.cycle_id = debriefs.cycle_id and rated.ratee_key = debriefs.ratee_key
    union all
    select 'own_coaching', worker_key, cast(held_at as date), 1, 0 from {{ ref('checkins') }} where kind = 'coaching'
    union all
    select 'own_coaching', worker_key, coalesce(start_date, cast(accepted_at as date)), 1, 0
    from {{ ref('stg_talent__assignments') }}
    where kind = 'coaching' and accepted_at is not null
    union all
    select
        'own_recognition_for_development', giver_key, cast(given_at as date),
        case when reason_kind = 'growth' then 1 else 0 end, 1
    from {{ ref('stg_talent__recognitions') }}
    where reason_kind is not null
)

select * from final
