-- grain: one canonical table in one load that waits for the gate
select
    load_order.load_seq,
    tables.table_name,
    feeds.mode,
    tables.n_valid,
    previous.n_valid as previous_rows,
    tables.n_valid / nullif(previous.n_valid, 0) as rows_ratio,
    tables.n_deleted / nullif(previous.n_valid, 0) as ended_share,
    tables.n_quarantined / nullif(tables.n_valid + tables.n_quarantined, 0) as quarantined_share,
    tables.n_valid + tables.n_quarantined as n_read
from gate.load_order
inner join ledger.load_tables as tables using (load_seq)
inner join ledger.feeds using (feed_id)
left join ledger.load_tables as previous
    on load_order.previous_seq = previous.load_seq and tables.table_name = previous.table_name
order by all
