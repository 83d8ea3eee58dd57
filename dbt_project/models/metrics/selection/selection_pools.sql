{%- set selections = ['promotion', 'readiness', 'stretch_work', 'sponsorship', 'mentoring', 'programme_seat', 'training',
    'high_rating'] -%}
-- The pooled window is the last four cycles together: for pools too small to tell anything in one. What is known as of one
-- day has no cycles.
with

decisions as (
    select * from {{ ref('selection_decisions') }}
),

-- Units are compared where they are large enough to be organisations of their own: the two top layers of the tree.
branches as (
    select month_end, org_unit_id, ancestor_id
    from {{ ref('org_tree') }}
    qualify depth = greatest(max(depth) over (partition by month_end, org_unit_id) - 1, 0)
),

counted as (
    select
        decisions.month_end,
        decisions.cycle_end,
        branches.ancestor_id as org_unit_id,
        decisions.level,
        coalesce(decisions.job_family, 'none') as job_family,
        groups.attribute,
        {%- for selection in selections %}
            count(decisions.{{ selection }}) as n_{{ selection }},
            sum(case when decisions.{{ selection }} then 1 else 0 end) as selected_{{ selection }},
        {%- endfor %}
        groups.group_value
    from decisions
    inner join {{ ref('worker_groups') }} as groups
        on
            decisions.worker_key = groups.worker_key
            and decisions.month_end >= groups.valid_from
            and decisions.month_end < groups.valid_to
    left join branches
        on decisions.month_end = branches.month_end and decisions.org_unit_id = branches.org_unit_id
    group by all
),

by_selection as (
    {%- for selection in selections %}
        select
            '{{ selection }}' as selection, month_end, cycle_end, org_unit_id, level, job_family, attribute, group_value,
            n_{{ selection }} as n, selected_{{ selection }} as selected
        from counted
        where n_{{ selection }} > 0
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

cycles as (
    select
        selection,
        cycle_end,
        max(cycle_end) over (partition by selection) as last_cycle_end,
        row_number() over (partition by selection order by cycle_end desc) as cycles_ago
    from (select distinct selection, cycle_end from by_selection) as found
),

windows as (
    select
        selection, case when selection = 'readiness' then 'as_of' else 'cycle' end as selection_window, cycle_end,
        cycle_end as period_end
    from cycles
    union all
    select selection, 'four_cycles', cycle_end, last_cycle_end
    from cycles
    where cycles_ago <= 4 and selection <> 'readiness'
),

placed as (
    select by_selection.*, windows.selection_window, windows.period_end
    from by_selection
    inner join windows
        on by_selection.selection = windows.selection and by_selection.cycle_end = windows.cycle_end
),

segmented as (
    {{ roll_up('placed', ['selection', 'selection_window', 'period_end', 'attribute', 'group_value', 'level', 'job_family',
        'cycle_end'], ['n', 'selected'], ['company', 'org_unit', 'level']) }}
),

final as (
    select
        selection,
        selection_window,
        period_end,
        segment_kind,
        segment_id,
        attribute,
        group_value,
        level,
        job_family,
        cycle_end,
        cast(n as bigint) as n,
        cast(selected as bigint) as selected
    from segmented
)

select * from final
