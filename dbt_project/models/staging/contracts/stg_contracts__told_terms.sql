{%- set columns = [
    'owner_id', 'competency_id', 'behaviour_id', 'activity_type', 'metric', 'scope_kind', 'baseline_value', 'baseline_date',
    'target_value', 'target_change', 'due_date', 'done_at', 'is_blocked', 'cause', 'remedy', 'budget', 'currency', 'hours',
] -%}
{#- per table: its item, the columns that it has, and those that it calls otherwise -#}
{%- set items = {
    'contract_expectations': ('expectation', ['competency_id', 'behaviour_id'], {}),
    'contract_activities': (
        'activity', ['owner_id', 'activity_type', 'budget', 'currency', 'hours'],
        {'due_date': 'deadline_date', 'done_at': 'completed_at'},
    ),
    'contract_indicators': (
        'indicator',
        ['owner_id', 'metric', 'scope_kind', 'baseline_value', 'baseline_date', 'target_value', 'target_change', 'due_date'],
        {},
    ),
    'contract_milestones': ('milestone', ['due_date', 'is_blocked', 'cause', 'remedy'], {'done_at': 'met_at'}),
} -%}
with

told as (
    {%- for table, (kind, own, renamed) in items.items() %}
        select
            log.load_seq,
            log.feed_id,
            log.op,
            loads.load_order,
            cast(loads.exported_at as date) as told_on,
            {%- for column in columns %}
                {{ 'log.' ~ renamed.get(column, column) if column in own or column in renamed else 'null' }} as {{ column }},
            {%- endfor %}
            '{{ kind }}' as item_kind,
            log.contract_id,
            log.{{ kind }}_id as item_id
        from {{ source('talent', table) }} as log
        inner join ({{ loads_of('talent', table) }}) as loads using (load_seq, feed_id)
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ordered as (
    select
        *,
        lead(told_on) over (partition by feed_id, item_kind, contract_id, item_id order by load_order) as told_to
    from told
),

final as (
    select
        ordered.contract_id,
        ordered.item_kind,
        ordered.item_id,
        ordered.told_on,
        ordered.told_to,
        owner.worker_key as owner_key,
        ordered.competency_id,
        ordered.behaviour_id,
        ordered.activity_type,
        ordered.metric,
        ordered.scope_kind,
        ordered.baseline_value,
        ordered.baseline_date,
        ordered.target_value,
        ordered.target_change,
        ordered.due_date,
        ordered.done_at,
        ordered.is_blocked,
        ordered.cause,
        ordered.remedy,
        ordered.budget,
        ordered.currency,
        ordered.hours,
        ordered.load_seq
    from ordered
    {{ join_person('owner', 'ordered.owner_id', 'ordered.told_on') }}
    -- a word corrected on the day of its export held on no day
    where ordered.op <> 'd' and (ordered.told_to is null or ordered.told_to > ordered.told_on)
)

select * from final
