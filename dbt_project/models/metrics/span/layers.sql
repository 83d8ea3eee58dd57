-- The chief executive is whoever has no manager and the most leaders below. A chain of managers that ends elsewhere (in a
-- loop, or at somebody whose manager left) has no layer: counted from its own end it would look like the top.
with

people as (
    select worker_key, month_end, org_unit_id, level, manager_key
    from {{ ref('worker_months') }}
    where is_employed_at_end and month_end = quarter_end
),

tops as (
    select tree.month_end, tree.ancestor_key as top_key, count(*) as n_leaders
    from {{ ref('manager_tree') }} as tree
    inner join people on tree.month_end = people.month_end and tree.ancestor_key = people.worker_key
    where people.manager_key is null
    group by tree.month_end, tree.ancestor_key
    qualify rank() over (partition by tree.month_end order by count(*) desc) = 1
),

-- the layer of a leader's reports
layers_led as (
    select tree.month_end, tree.leader_key, tree.depth + 2 as layer
    from {{ ref('manager_tree') }} as tree
    inner join tops on tree.month_end = tops.month_end and tree.ancestor_key = tops.top_key
),

rows_by_place as (
    select
        people.month_end, people.org_unit_id, people.level, people.manager_key,
        case when tops.top_key is not null then 1 else layers_led.layer end as layer,
        count(*) as n_people
    from people
    left join layers_led on people.month_end = layers_led.month_end and people.manager_key = layers_led.leader_key
    left join tops on people.month_end = tops.month_end and people.worker_key = tops.top_key
    where tops.top_key is not null or layers_led.layer is not null
    group by all
),

by_layer as (
    {{ roll_up('rows_by_place', ['month_end', 'layer'], ['n_people'], ['company', 'org_unit', 'leader_org']) }}
),

segmented as (
    select
        month_end, segment_kind, segment_id,
        sum(n_people) as n_people, count(*) as n_layers, max(layer) as deepest_layer
    from by_layer
    group by all
),

measured as (
    select
        'layers_occupied' as convention_id, month_end as period_end, segment_kind, segment_id,
        n_people as n, n_layers as numerator, cast(null as bigint) as denominator, true as is_sufficient
    from segmented
    union all
    select
        'deepest_from_the_top', month_end, segment_kind, segment_id, n_people, deepest_layer, cast(null as bigint), true
    from segmented
),

final as (
    {{ metric_cells('layers', 'measured') }}
)

select * from final
