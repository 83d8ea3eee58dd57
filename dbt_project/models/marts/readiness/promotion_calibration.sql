-- What a calibration meeting lays on its table, without a person in it: how many stand in which band by unit and level, how
-- many meet which criterion of a step, and which cases are alike.
with

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

places as (
    select months.worker_key, months.month_end, months.org_unit_id, months.level, months.manager_key
    from {{ ref('worker_months') }} as months
    inner join last_month on months.month_end = last_month.month_end
    where months.is_employed_at_end
),

cases as (
    select
        bands.worker_key, bands.as_of, bands.band, bands.target_track, places.month_end, places.org_unit_id, places.level,
        places.manager_key, concat(bands.target_track, ' ', cast(bands.target_level as varchar)) as step,
        concat(
            'met: ', coalesce(bands.criteria_met, 'none'), ' | not met: ', coalesce(bands.criteria_not_met, 'none'),
            ' | no evidence: ', coalesce(bands.criteria_without_evidence, 'none')
        ) as told
    from {{ ref('readiness_bands') }} as bands
    inner join places on bands.worker_key = places.worker_key
    where bands.knowledge = 'current' and not bands.is_track_change
),

placed as (
    select as_of, month_end, org_unit_id, level, manager_key, band, count(*) as n from cases group by all
),

by_place as (
    {{ roll_up('placed', ['as_of', 'band'], ['n'], ['company', 'level', 'org_unit']) }}
),

counted as (
    select as_of, 'band' as told_of, segment_kind, segment_id, 'all' as item, band as result, n from by_place
    union all
    select cases.as_of, 'criterion', 'step', cases.step, criteria.criterion_id, criteria.criterion_status, count(*)
    from {{ ref('readiness_criteria') }} as criteria
    inner join cases
        on
            criteria.worker_key = cases.worker_key
            and criteria.as_of = cases.as_of
            and criteria.target_track = cases.target_track
    where criteria.knowledge = 'current'
    group by all
    union all
    select as_of, 'case', 'step', step, 'all', concat(band, ' | ', told), count(*) from cases group by all
),

-- a band that nobody is in is told, for its row's absence would tell it, too
possible as (
    select told.as_of, told.told_of, told.segment_kind, told.segment_id, told.item, results.result
    from (select distinct as_of, told_of, segment_kind, segment_id, item from counted) as told
    inner join (select distinct told_of, result from counted where told_of <> 'case') as results
        on told.told_of = results.told_of
    union
    select as_of, told_of, segment_kind, segment_id, item, result from counted
),

summed as (
    select
        possible.*,
        cast(coalesce(counted.n, 0) as bigint) as n,
        cast(sum(coalesce(counted.n, 0)) over told as bigint) as total,
        cast(min(case when counted.n > 0 then counted.n end) over told as bigint) as n_least,
        cast(sum(coalesce(counted.n, 0)) over (
            partition by possible.as_of, possible.told_of, possible.segment_kind, possible.segment_id, possible.item
            order by coalesce(counted.n, 0), possible.result rows between unbounded preceding and 1 preceding
        ) as bigint) as n_in_smaller,
        count(case when counted.n > 0 then 1 end) over told = 1 as is_everybody
    from possible
    left join counted
        on
            possible.as_of = counted.as_of
            and possible.told_of = counted.told_of
            and possible.segment_kind = counted.segment_kind
            and possible.segment_id = counted.segment_id
            and possible.item = counted.item
            and possible.result = counted.result
    window told as (
        partition by possible.as_of, possible.told_of, possible.segment_kind, possible.segment_id, possible.item
    )
),

final as (
    select
        as_of,
        told_of,
        segment_kind,
        segment_id,
        item,
        result,
        n,
        total,
        cast(n / total as double) as share,
        cast({{ wilson_end('n', 'total', '-') }} as double) as ci_low,
        cast({{ wilson_end('n', 'total', '+') }} as double) as ci_high,
        case
            when told_of = 'case' then n
            -- units and levels are parts of a whole, so what is hidden there is hidden together
            when told_of = 'band' and segment_kind <> 'company' or n = 0 or n_in_smaller = 0 then n_least
            else least(n, n_in_smaller)
        end as n_hidden_with,
        is_everybody,
        'cases_of_the_day' as convention_id,
        'outcome' as sensitivity_class,
        'ok' as status
    from summed
)

select * from final
