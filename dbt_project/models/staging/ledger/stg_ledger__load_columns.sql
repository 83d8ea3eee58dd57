with

final as (
    select load_seq, table_name, column_name, null_share
    from {{ source('ledger', 'load_columns') }}
)

select * from final
