with

final as (
    {{ metric_cells(
        ['score_360', 'score_360:{competency}', 'score_360_self', 'score_360_manager', 'score_360_peer',
         'score_360_direct_report', 'self_other_gap', 'self_other_gap_flagged'],
        ref('score_cells'), moments=['sum_squares']) }}
)

select * from final
