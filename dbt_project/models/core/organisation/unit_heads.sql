-- Heads reach the units below them too: a head's own manager is the head of the nearest unit above.
with

lines as (
    select * from {{ ref('solid_lines') }} where org_unit_id is not null
),

months as (
    select * from {{ ref('months') }}
),

org_tree as (
    select * from {{ ref('org_tree') }}
),

final as (
    select
        org_tree.month_end,
        org_tree.org_unit_id,
        org_tree.depth,
        max(lines.manager_key) as manager_key
    from lines
    inner join months on lines.valid_from <= months.month_end and lines.holds_to > months.month_end
    inner join org_tree on months.month_end = org_tree.month_end and lines.org_unit_id = org_tree.ancestor_id
    group by all
)

select * from final
