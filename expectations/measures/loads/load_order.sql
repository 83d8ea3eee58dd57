-- grain: one load that waits for the gate, beside the load of its feed (and of its scope) exported before it
select
    load_seq,
    feed_id,
    previous_seq
from (
    select
        load_seq,
        feed_id,
        status,
        lag(load_seq) over (partition by feed_id, scope order by exported_at, file, load_seq) as previous_seq
    from ledger.loads
    where status in ('pending', 'accepted') and superseded_at is null
)
where status = 'pending'
