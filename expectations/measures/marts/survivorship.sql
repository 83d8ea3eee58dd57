-- grain: one side of one migration between HR systems
select
    migration || ', ' || side || ' side' as subject,
    sum(n) filter (where is_loss) / nullif(sum(n) filter (where is_loss or outcome = 'stitched'), 0)
        - any_value(tolerated_loss) as loss_beyond_tolerance
from marts.identity_survivorship
group by migration, side
order by all
