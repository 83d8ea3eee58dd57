{%- set counts = ['n_opening', 'n_retained', 'n_reviewed', 'n_reviewed_retained', 'n_named', 'n_named_retained'] -%}
-- Who was employed twelve months before, and whether the same spell still goes on. A cohort belongs to the place and the
-- manager that it had then; one minus turnover is another number, for it also counts who joined and left in between.
with

quarters as (
    select periods.period_end, opening.month_end
    from {{ ref('periods') }} as periods
    inner join {{ ref('months') }} as opening on periods.last_month_number - 12 = opening.month_number
    where periods.grain = 'quarter'
),

reviewed as (
    select distinct boxes.worker_key, quarters.month_end
    from {{ ref('review_boxes') }} as boxes
    inner join quarters
        on
            boxes.reviewed_date <= quarters.month_end
            and boxes.next_reviewed_date > quarters.month_end
            and {{ add_months('boxes.reviewed_date', var('potential_months')) }} > quarters.month_end
    where boxes.potential = 'high'
),

named as (
    select distinct worker_key, quarter_end as month_end from {{ ref('successors') }}
),

cohorts as (
    select
        quarters.period_end,
        opening.month_end,
        opening.org_unit_id,
        opening.level,
        opening.manager_key,
        count(*) as n_opening,
        sum(case when opening.employed_to > quarters.period_end then 1 else 0 end) as n_retained,
        count(reviewed.worker_key) as n_reviewed,
        sum(case when reviewed.worker_key is not null and opening.employed_to > quarters.period_end then 1 else 0 end)
            as n_reviewed_retained,
        count(named.worker_key) as n_named,
        sum(case when named.worker_key is not null and opening.employed_to > quarters.period_end then 1 else 0 end)
            as n_named_retained
    from {{ ref('worker_months') }} as opening
    inner join quarters on opening.month_end = quarters.month_end
    left join reviewed on opening.worker_key = reviewed.worker_key and opening.month_end = reviewed.month_end
    left join named on opening.worker_key = named.worker_key and opening.month_end = named.month_end
    where opening.is_employed_at_end
    group by all
),

segmented as (
    {{ roll_up('cohorts', ['period_end'], counts, ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

final as (
    select
        period_end,
        segment_kind,
        segment_id,
        cast(n_opening as bigint) as n_opening,
        cast(n_retained as bigint) as n_retained,
        cast(n_reviewed as bigint) as n_reviewed,
        cast(n_reviewed_retained as bigint) as n_reviewed_retained,
        cast(n_named as bigint) as n_named,
        cast(n_named_retained as bigint) as n_named_retained
    from segmented
)

select * from final
