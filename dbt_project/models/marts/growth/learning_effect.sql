{%- set numbers = [
    'n_participants', 'n_unmatched', 'n_comparison', 'n_comparison_effective', 'participants_pre_mean',
    'participants_post_mean', 'comparison_pre_mean', 'comparison_post_mean', 'effect', 'ci_low', 'ci_high', 'effect_in_sd',
    'p_value', 'q_value', 'n_tests', 'smallest_detectable_effect', 'verdict'
] -%}
-- Every programme has its rows, whether or not enough is known of it: that nobody could be compared is an answer too.
with

programmes as (
    select distinct programme, kind from {{ ref('programme_starts') }}
),

outcomes as (
    select outcome, unit, sensitivity_class from {{ ref('growth_outcomes') }} where is_effect = 1
),

effects as (
    select * from {{ ref('programme_effects') }}
),

history as (
    select min(month_start) as first_day, max(month_end) as last_day from {{ ref('months') }}
),

wanted as (
    select programmes.programme, programmes.kind, outcomes.*, periods.period_kind, periods.period
    from programmes
    cross join outcomes
    inner join (
        select programme, outcome, period_kind, period from effects
        union
        select any_programme.programme, any_outcome.outcome, 'history', cast(null as bigint)
        from programmes as any_programme
        cross join outcomes as any_outcome
    ) as periods
        on programmes.programme = periods.programme and outcomes.outcome = periods.outcome
),

final as (
    select
        wanted.programme,
        wanted.kind as programme_kind,
        wanted.outcome,
        wanted.unit,
        wanted.sensitivity_class,
        wanted.period_kind,
        coalesce(make_date(wanted.period, 1, 1), history.first_day) as period_start,
        coalesce(make_date(wanted.period, 12, 31), history.last_day) as period_end,
        least(effects.n_participants + effects.n_unmatched, effects.n_comparison) as n_people,
        {%- for column in numbers %}
            case when effects.status = 'ok' then effects.{{ column }} end as {{ column }},
        {%- endfor %}
        'matched_difference_in_differences' as convention_id,
        coalesce(effects.status, 'no_population') as status
    from wanted
    cross join history
    left join effects
        on
            wanted.programme = effects.programme
            and wanted.outcome = effects.outcome
            and wanted.period_kind = effects.period_kind
            and wanted.period is not distinct from effects.period
)

select * from final
