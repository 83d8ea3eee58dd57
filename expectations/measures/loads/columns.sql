-- grain: one column of one canonical table in one load that waits for the gate, beside the load before it
select
    load_order.load_seq,
    columns.table_name,
    columns.column_name,
    feeds.mode,
    least(tables.n_valid, before.n_valid) as fewest_rows,
    columns.null_share,
    columns.null_share - previous.null_share as null_share_change,
    columns.mean,
    case when columns.mean > 0 and previous.mean > 0 then columns.mean / previous.mean end as mean_ratio
from gate.load_order
inner join ledger.load_columns as columns using (load_seq)
inner join ledger.load_tables as tables
    on columns.load_seq = tables.load_seq and columns.table_name = tables.table_name
inner join ledger.feeds using (feed_id)
inner join ledger.load_columns as previous
    on
        load_order.previous_seq = previous.load_seq
        and columns.table_name = previous.table_name
        and columns.column_name = previous.column_name
inner join ledger.load_tables as before
    on previous.load_seq = before.load_seq and previous.table_name = before.table_name
order by all
