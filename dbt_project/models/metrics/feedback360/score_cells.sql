-- For places n counts people rated; for a leader's own scores it counts raters, and the mean over groups stands.
with

scores as (
    select * from {{ ref('ratee_scores') }} where is_shown
),

groups as (
    select 'score_360' as metric, 'mean_of_shown_groups' as convention_id, 'all_others' as rater_group
    union all
    select 'score_360_self', 'own_mean', 'self'
    union all
    select 'score_360_manager', 'mean_over_raters', 'manager'
    union all
    select 'score_360_peer', 'mean_over_raters', 'peer'
    union all
    select 'score_360_direct_report', 'mean_over_raters', 'direct_report'
),

scales as (
    select cycle_id, max(scale_max) - min(scale_min) as scale_length
    from {{ ref('feedback_ratings') }}
    group by cycle_id
    -- ratings of one cycle on two scales have no common third
    having count(distinct scale_max) <= 1 and count(distinct scale_min) <= 1
),

-- cycles of one quarter on two scales have no common mean
mixed as (
    select quarter_end
    from {{ ref('feedback_ratings') }}
    group by quarter_end
    having count(distinct scale_max) > 1 or count(distinct scale_min) > 1
),

-- the score by others of each competency is a metric of its own
named as (
    select
        case when scores.competency_id = '*' then groups.metric else concat(groups.metric, ':', scores.competency_id) end
            as metric,
        groups.convention_id, scores.cycle_id, scores.ratee_key, scores.quarter_end, scores.closed_date,
        scores.n_raters, scores.score, scores.sum_score, scores.sum_squares
    from scores
    inner join groups on scores.rater_group = groups.rater_group
    where scores.competency_id = '*' or groups.metric = 'score_360'
),

-- one's own score less each of the others': the spread is that of the others
gaps as (
    select
        others.*, own.score - others.score as gap, own.score as own_score, scales.scale_length,
        -- half of the 95% interval of the others' mean
        student.quantile * sqrt(
            greatest(
                others.sum_squares - 2 * others.score * others.sum_score + others.n_raters * others.score * others.score,
                0
            )
            / (others.n_raters - 1) / others.n_raters
        ) as half_width
    from named as own
    inner join named as others
        on own.cycle_id = others.cycle_id and own.ratee_key = others.ratee_key and others.metric = 'score_360'
    left join scales on others.cycle_id = scales.cycle_id
    left join {{ ref('student_t') }} as student
        on case when others.n_raters > 1 then least(others.n_raters - 1, 30) end = student.degrees_of_freedom
    where own.metric = 'score_360_self'
),

told as (
    select *, n_raters as n_values from named
    union all
    select
        'self_other_gap', 'self_less_others', cycle_id, ratee_key, quarter_end, closed_date, n_raters, gap,
        n_raters * own_score - sum_score, n_raters * own_score * own_score - 2 * own_score * sum_score + sum_squares,
        n_raters
    from gaps
    {%- for convention, margin in [('third_of_scale', 'scale_length / 3.0'), ('one_scale_point', '1')] %}
        union all
        -- a single rater has no interval: whether such a gap is more than chance is unknown, not no
        select
            'self_other_gap_flagged', '{{ convention }}', cycle_id, ratee_key, quarter_end, closed_date, n_raters,
            flag, flag, flag, 1
        from (
            select *, case when abs(gap) > {{ margin }} and abs(gap) > half_width then 1 else 0 end as flag
            from gaps
            where half_width is not null and {{ margin }} is not null
        ) as flagged
    {%- endfor %}
),

last_month as (
    select max(month_end) as month_end from {{ ref('months') }}
),

-- one cycle a quarter: the last to close
latest as (
    select *
    from told
    qualify row_number() over (
        partition by metric, convention_id, ratee_key, quarter_end order by closed_date desc, cycle_id desc
    ) = 1
),

placed as (
    select
        latest.metric,
        latest.convention_id,
        latest.quarter_end,
        months.month_end,
        months.org_unit_id,
        months.level,
        months.manager_key,
        1 as n_people,
        latest.score,
        latest.score * latest.score as score_squared
    from latest
    cross join last_month
    inner join {{ ref('worker_months') }} as months
        on
            latest.ratee_key = months.worker_key
            and least({{ month_end('latest.closed_date') }}, last_month.month_end) = months.month_end
),

segmented as (
    {{ roll_up('placed', ['metric', 'convention_id', 'quarter_end'], ['n_people', 'score', 'score_squared'],
        ['company', 'org_unit', 'level']) }}
),

final as (
    select
        metric, convention_id, quarter_end as period_end, segment_kind, segment_id,
        cast(n_people as bigint) as n, score as numerator, cast(n_people as bigint) as denominator,
        score_squared as sum_squares,
        n_people > 1 and quarter_end not in (select quarter_end from mixed) as is_sufficient
    from segmented
    union all
    select
        metric, convention_id, quarter_end as period_end, 'leader_self' as segment_kind, ratee_key as segment_id,
        cast(n_raters as bigint) as n, score * n_values as numerator, cast(n_values as bigint) as denominator,
        -- the spread is that of the raters about the mean of the groups
        sum_squares - 2 * score * sum_score + 2 * n_values * score * score as sum_squares,
        true as is_sufficient
    from latest
)

select * from final
