with

final as (
    select load_seq, table_name, row_no, column_name, reason
    from {{ source('ledger', 'quarantine') }}
)

select * from final
