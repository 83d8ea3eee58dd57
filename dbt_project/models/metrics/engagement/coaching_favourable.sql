with

people as (
    select
        month_end,
        quarter_end,
        org_unit_id,
        level,
        manager_key,
        1 as n_people,
        n_coaching_favourable,
        n_coaching_answers,
        n_coaching_favourable * n_coaching_favourable as favourable_squared,
        n_coaching_favourable * n_coaching_answers as favourable_by_answers,
        n_coaching_answers * n_coaching_answers as answers_squared
    from {{ ref('survey_people') }}
    where n_coaching_answers > 0
),

segmented as (
    {{ roll_up('people', ['quarter_end'],
        ['n_people', 'n_coaching_favourable', 'n_coaching_answers', 'favourable_squared', 'favourable_by_answers',
         'answers_squared'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

measured as (
    select
        'share_of_answers' as convention_id,
        quarter_end as period_end,
        segment_kind,
        segment_id,
        n_people as n,
        n_coaching_favourable as numerator,
        n_coaching_answers as denominator,
        favourable_squared as sum_squares,
        favourable_by_answers as sum_cross,
        answers_squared as sum_denominator_squares,
        n_people > 1 as is_sufficient
    from segmented
),

final as (
    {{ metric_cells('coaching_favourable', 'measured',
        moments=['sum_squares', 'sum_cross', 'sum_denominator_squares']) }}
)

select * from final
