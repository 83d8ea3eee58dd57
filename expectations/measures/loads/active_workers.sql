-- grain: one full snapshot of the workforce that waits for the gate; people without an exit date are active
select
    load_order.load_seq,
    'hris.workers' as table_name,
    round(tables.n_valid * columns.null_share) as active,
    round(before.n_valid * previous.null_share) as previous_active,
    round(tables.n_valid * columns.null_share) / nullif(round(before.n_valid * previous.null_share), 0) as active_ratio
from gate.load_order
inner join ledger.feeds using (feed_id)
inner join ledger.load_columns as columns using (load_seq)
inner join ledger.load_tables as tables
    on columns.load_seq = tables.load_seq and columns.table_name = tables.table_name
left join ledger.load_columns as previous
    on
        load_order.previous_seq = previous.load_seq
        and columns.table_name = previous.table_name
        and columns.column_name = previous.column_name
left join ledger.load_tables as before
    on previous.load_seq = before.load_seq and previous.table_name = before.table_name
where columns.table_name = 'hris.workers' and columns.column_name = 'exit_date' and feeds.mode = 'snapshot'
order by all
