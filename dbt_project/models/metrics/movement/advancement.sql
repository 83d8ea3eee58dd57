-- A promotion into another unit is one event: exported where it leaves the segment, within where it does not.
with

measured as (
    {{ over_headcount([
        ('advanced_or_exported', 'n_promotions + n_exports - n_promoted_exports', 'average_headcount'),
        ('promoted_within', 'n_promotions - n_promoted_exports', 'average_headcount'),
        ('exported', 'n_exports', 'average_headcount')
    ]) }}
),

final as (
    {{ metric_cells('advancement', 'measured') }}
)

select * from final
