-- Eligibility is data: active, not on notice, and in level for as long as the ladder asks (at all where there is none).
with

months as (
    select * from {{ ref('months') }}
),

whole_cycles as (
    {{ half_year_cycles('months') }}
),

ladder as (
    select level, track, valid_from, coalesce(valid_to, {{ far_future() }}) as valid_to, threshold
    from {{ ref('stg_talent__ladder_criteria') }}
    where rule = 'months_in_level'
),

top as (
    select max(level) as level from {{ ref('worker_months') }}
),

spells as (
    select worker_key, spell_number, notice_date from {{ ref('worker_spells') }}
),

promotions as (
    select worker_key, moved_on from {{ ref('movements') }} where kind = 'promotion'
),

opening as (
    select
        whole_cycles.cycle_start,
        whole_cycles.cycle_end,
        worker_months.month_end,
        worker_months.worker_key,
        worker_months.org_unit_id,
        worker_months.level,
        worker_months.manager_key,
        worker_months.job_family,
        worker_months.track,
        {{ full_months('worker_months.level_since', 'whole_cycles.cycle_start') }} as months_in_level,
        spells.notice_date
    from {{ ref('worker_months') }} as worker_months
    inner join whole_cycles on worker_months.month_end = whole_cycles.opening_month_end
    inner join spells
        on worker_months.worker_key = spells.worker_key and worker_months.spell_number = spells.spell_number
    where worker_months.is_employed_at_end and worker_months.level is not null
),

final as (
    select
        opening.cycle_start,
        opening.cycle_end,
        opening.month_end,
        opening.worker_key,
        opening.org_unit_id,
        opening.level,
        opening.manager_key,
        opening.job_family,
        opening.track,
        opening.months_in_level,
        bool_or(
            promotions.moved_on >= opening.cycle_start and promotions.moved_on <= opening.cycle_end
        ) is true as is_promoted
    from opening
    cross join top
    left join ladder
        on
            ladder.level = opening.level + 1
            and opening.track = ladder.track
            and opening.cycle_start >= ladder.valid_from
            and opening.cycle_start < ladder.valid_to
    left join promotions on opening.worker_key = promotions.worker_key
    where
        opening.level < top.level
        and (opening.notice_date is null or opening.notice_date >= opening.cycle_start)
        and opening.months_in_level >= coalesce(ladder.threshold, 0)
    group by all
)

select * from final
