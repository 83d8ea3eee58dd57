with

people as (
    select worker_key, month_end, quarter_end, org_unit_id, level, manager_key
    from {{ ref('worker_months') }}
    where month_end = quarter_end and is_employed_at_end
),

givers as (
    select distinct counterpart_key as worker_key, {{ quarter_end('happened_at') }} as quarter_end
    from {{ ref('development_events') }}
    where event_table = 'feedback_notes' and counterpart_key is not null
),

counted as (
    select
        people.month_end,
        people.org_unit_id,
        people.level,
        people.manager_key,
        count(*) as n_people,
        count(givers.worker_key) as n_givers
    from people
    left join givers on people.worker_key = givers.worker_key and people.quarter_end = givers.quarter_end
    group by people.month_end, people.org_unit_id, people.level, people.manager_key
),

segmented as (
    {{ roll_up('counted', ['month_end'], ['n_people', 'n_givers'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'gave_in_quarter' as convention_id,
        month_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        n_givers as numerator,
        n_people as denominator,
        true as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('feedback_participation', 'measured') }}
)

select * from final
