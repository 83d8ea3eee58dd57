-- Loops and places without anybody above are looked for on the newest closed month: what can still be corrected.
with

newest as (
    select max(month_end) as month_end from {{ ref('months') }}
),

units as (
    select * from {{ ref('stg_hris__org_units') }}
),

known_units as (
    select distinct org_unit_id from units
),

units_told as (
    select count(*) as n_units from known_units
),

standing_units as (
    select units.*
    from units
    cross join newest
    where units.valid_from <= newest.month_end
    qualify
        row_number() over (partition by units.org_unit_id order by units.valid_from desc) = 1
        and coalesce(units.valid_to, {{ far_future() }}) > newest.month_end
),

unit_tree as (
    select org_unit_id, ancestor_id from {{ ref('org_tree') }} inner join newest using (month_end) where depth > 0
),

-- whoever stands above their own superior stands in a loop
units_in_loops as (
    select standing_units.*
    from standing_units
    semi join unit_tree as below
        on standing_units.org_unit_id = below.org_unit_id and standing_units.parent_id = below.ancestor_id
    semi join unit_tree as above
        on standing_units.parent_id = above.org_unit_id and standing_units.org_unit_id = above.ancestor_id
),

assignments as (
    select org_unit_id, feed_id, load_seq, row_no from {{ ref('stg_hris__job_assignments') }}
),

members as (
    select worker_months.org_unit_id, count(worker_months.manager_key) as n_managed
    from {{ ref('worker_months') }} as worker_months
    inner join newest using (month_end)
    where worker_months.is_employed_at_end
    group by worker_months.org_unit_id
),

company as (
    select sum(n_managed) as n_managed from members
),

headless as (
    select standing_units.*
    from standing_units
    inner join members on standing_units.org_unit_id = members.org_unit_id
    -- a company that names no managers at all lacks a table, not a head here and there
    inner join company on company.n_managed > 0
    where members.n_managed = 0 and standing_units.parent_id is not null
),

-- of a company with one list of units, whoever works elsewhere is in no total but the company's
placed_nowhere as (
    select assignments.*
    from assignments
    anti join known_units using (org_unit_id)
    inner join units_told on units_told.n_units > 0
    where assignments.org_unit_id is not null
),

final as (
    {{ suspects('unit_above_unknown', 'hris.org_units', 'units',
        'parent_id not in (select org_unit_id from known_units)') }}
    union all
    {{ suspects('units_in_a_loop', 'hris.org_units', 'units_in_loops') }}
    union all
    {{ suspects('unit_without_a_head', 'hris.org_units', 'headless') }}
    union all
    {{ suspects('unit_unknown', 'hris.job_assignments', 'placed_nowhere') }}
)

select * from final
