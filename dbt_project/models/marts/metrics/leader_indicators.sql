-- Shown is a leader's difference from the mean of the other leaders, never a rank; peers are the leaders of the same scope.
-- Leadership gets what is made of the cells that it is shown, and the whole truth stays inside.
with

cells as (
    select *
    from {{ ref('metric_cells_inferred') }}
    where segment_kind in ('leader_direct', 'leader_org', 'leader_self')
),

final as (
    select
        segment_id as leader_key,
        case segment_kind
            when 'leader_direct' then 'direct_reports' when 'leader_self' then 'leader' else 'organisation_below'
        end as scope,
        metric,
        convention_id,
        is_default,
        sensitivity_class,
        period_start,
        period_end,
        n_people,
        is_hidden,
        n,
        numerator,
        denominator,
        value,
        ci_low,
        ci_high,
        r_wg,
        {%- for column in columns_beside_peers() %}
            {{ beside_peers(column) }} as {{ column }},
        {%- endfor %}
        struct_pack(
            {%- for column in columns_beside_peers() %}
                {{ column }} := {{ beside_peers(column, is_shown=true) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as shown,
        status
    from cells
)

select * from final
