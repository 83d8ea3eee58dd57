with recursive

units as (
    select
        org_unit_id,
        name,
        parent_id,
        kind,
        valid_from,
        least(
            coalesce(valid_to, {{ far_future() }}),
            lead(valid_from, 1, {{ far_future() }}) over (partition by org_unit_id order by valid_from)
        ) as holds_to
    from {{ ref('stg_hris__org_units') }}
),

months as (
    select * from {{ ref('months') }}
),

-- a unit that only a survey names stands alone
declared as (
    select distinct declared_unit as org_unit_id
    from {{ ref('stg_survey__survey_invitations') }}
    where declared_unit is not null
),

placed as (
    select months.month_end, units.org_unit_id, units.parent_id
    from units
    inner join months on units.valid_from <= months.month_end and units.holds_to > months.month_end
    union all
    select months.month_end, declared.org_unit_id, null
    from declared
    anti join units using (org_unit_id)
    cross join months
),

climb as (
    select month_end, org_unit_id, org_unit_id as ancestor_id, parent_id as next_id, 0 as depth
    from placed
    union all
    select climb.month_end, climb.org_unit_id, climb.next_id, placed.parent_id, climb.depth + 1
    from climb
    inner join placed on climb.month_end = placed.month_end and climb.next_id = placed.org_unit_id
    -- a loop of parents ends where it comes back to its start
    where climb.next_id is not null and climb.next_id <> climb.org_unit_id and climb.depth < 30
),

final as (
    select distinct month_end, org_unit_id, ancestor_id, min(depth) as depth
    from climb
    group by all
)

select * from final
