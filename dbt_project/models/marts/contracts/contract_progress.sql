{%- set states = ['met', 'on_track', 'at_risk', 'missed', 'not_judged'] -%}
{%- set measures = contract_counts() -%}
{%- set indicators = indicator_counts() -%}
with

periods as (
    select period_start, period_end from {{ ref('periods') }} where grain = 'quarter'
),

-- What may not be shown of a small team is not told by a count either: such an indicator is not judged, for anybody.
judged as (
    select
        goals.contract_id,
        goals.period_end,
        goals.is_asserted,
        case
            when
                coalesce(goals.n_people, 0) > 0
                and goals.n_people
                < case when goals.segment_kind like 'leader%' then least.leader_minimum else least.minimum end
                then 'not_judged'
            else coalesce(goals.progress, 'not_judged')
        end as state
    from {{ ref('goal_progress') }} as goals
    inner join {{ ref('sensitivity_classes') }} as least on goals.sensitivity_class = least.sensitivity_class
    where goals.goal_kind = 'contract_indicator'
),

indicators as (
    select
        contract_id,
        period_end,
        {%- for state in states %}
            count(*) filter (where state = '{{ state }}') as n_indicators_{{ state }},
            count(*) filter (where state = '{{ state }}' and is_asserted) as n_indicators_{{ state }}_asserted,
        {%- endfor %}
        count(*) as n_indicators,
        count(*) filter (where is_asserted) as n_indicators_asserted
    from judged
    group by contract_id, period_end
),

placed as (
    select
        contracts.quarter_end as period_end,
        contracts.quarter_end as month_end,
        months.org_unit_id,
        -- a contract is its leader's own: roll_up sums by whom a row belongs to
        contracts.leader_key as manager_key,
        {%- for count in measures if count not in ['n_leaders', 'n_contracts'] + indicators %}
            contracts.{{ count }},
        {%- endfor %}
        {%- for indicator in indicators %}
            coalesce(indicators.{{ indicator }}, 0) as {{ indicator }},
        {%- endfor %}
        -- a leader of two contracts counts once
        case when row_number() over (partition by contracts.leader_key, contracts.quarter_end) = 1 then 1 else 0 end
            as n_leaders,
        1 as n_contracts
    from {{ ref('contract_quarters') }} as contracts
    inner join periods on contracts.quarter_end = periods.period_end
    left join indicators
        on contracts.contract_id = indicators.contract_id and contracts.quarter_end = indicators.period_end
    left join {{ ref('worker_months') }} as months
        on contracts.leader_key = months.worker_key and contracts.quarter_end = months.month_end
),

summed as (
    {{ roll_up('placed', ['period_end'], measures, ['company', 'org_unit', 'leader_direct']) }}
),

-- the company has a row in every quarter, contracts or none
wanted as (
    select period_end, segment_kind, segment_id from summed
    union
    select period_end, 'company', 'company' from periods
),

final as (
    select
        case wanted.segment_kind when 'leader_direct' then 'leader' else wanted.segment_kind end as segment_kind,
        wanted.segment_id,
        periods.period_start,
        wanted.period_end,
        'outcome' as sensitivity_class,
        {%- for measure in measures %}
            cast(summed.{{ measure }} as {{ 'double' if measure == 'n_checkins_agreed' else 'bigint' }}) as {{ measure }},
        {%- endfor %}
        case
            when collected.input_name is null then 'not_collected'
            when summed.n_contracts is null then 'no_population'
            else 'ok'
        end as status
    from wanted
    inner join periods on wanted.period_end = periods.period_end
    left join summed
        on
            wanted.period_end = summed.period_end
            and wanted.segment_kind = summed.segment_kind
            and wanted.segment_id = summed.segment_id
    left join {{ ref('stg_ledger__collected_inputs') }} as collected on collected.input_name = 'talent.contracts'
)

select * from final
