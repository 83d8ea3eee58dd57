-- What happened to people beside the headcount that it is divided by, month by month and segment by segment.
{%- set events = [
    'n_exits', 'n_voluntary_exits', 'n_involuntary_exits', 'n_regretted_exits', 'n_promotions', 'n_laterals'
] -%}
{%- set headcounts = ['n_employed', 'n_days'] -%}
{%- set exports = ['n_exports', 'n_promoted_exports'] -%}
{%- set sums = [] -%}
{%- for measure in events + headcounts + exports -%}
    {%- do sums.append('cast(sum(' ~ measure ~ ') as bigint) as ' ~ measure) -%}
{%- endfor %}
with

movements as (
    select * from {{ ref('movements') }} where kind in ('exit', 'promotion', 'lateral')
),

months as (
    select * from {{ ref('months') }}
),

worker_months as (
    select worker_key, month_end, manager_key from {{ ref('worker_months') }}
),

-- The place is the one that the person left or moved from, with the manager and under the trees of that month: whoever is
-- promoted into another team was brought on in the one before.
happened as (
    select
        movements.month_end as counted_month_end,
        coalesce(worker_months.month_end, movements.month_end) as month_end,
        worker_months.manager_key,
        movements.from_org_unit_id as org_unit_id,
        movements.from_level as level,
        sum(case when movements.kind = 'exit' then 1 else 0 end) as n_exits,
        sum(case when movements.kind = 'exit' and movements.is_voluntary then 1 else 0 end) as n_voluntary_exits,
        sum(case when movements.kind = 'exit' and not movements.is_voluntary then 1 else 0 end) as n_involuntary_exits,
        sum(case when movements.kind = 'exit' and movements.is_regretted then 1 else 0 end) as n_regretted_exits,
        sum(case when movements.kind = 'promotion' then 1 else 0 end) as n_promotions,
        sum(case when movements.kind = 'lateral' then 1 else 0 end) as n_laterals
    from movements
    inner join months on movements.month_end = months.month_end
    left join worker_months
        on movements.worker_key = worker_months.worker_key and movements.place_month_end = worker_months.month_end
    group by all
),

rows_by_place as (
    select
        counted_month_end, month_end, manager_key, org_unit_id, level,
        {{ events | join(', ') }}, 0 as {{ headcounts | join(', 0 as ') }}
    from happened
    union all
    select
        month_end, month_end, manager_key, org_unit_id, level,
        {{ '0, ' * events | length }} {{ headcounts | join(', ') }}
    from {{ ref('places') }}
),

segmented as (
    {{ roll_up('rows_by_place', ['counted_month_end'], events + headcounts,
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

counted as (
    select
        counted_month_end as month_end, segment_kind, segment_id,
        {{ (events + headcounts) | join(', ') }}, 0 as {{ exports | join(', 0 as ') }}
    from segmented
    union all
    select
        month_end, segment_kind, segment_id,
        {{ '0, ' * (events + headcounts) | length }} {{ exports | join(', ') }}
    from {{ ref('talent_exports') }}
),

final as (
    select
        month_end,
        segment_kind,
        segment_id,
        {{ sums | join(',\n        ') }}
    from counted
    group by all
)

select * from final
