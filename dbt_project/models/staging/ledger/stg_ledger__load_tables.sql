with

final as (
    select
        load_seq,
        table_name,
        n_read,
        n_valid,
        n_quarantined,
        n_duplicates,
        n_inserted,
        n_updated,
        n_deleted,
        n_ends_withheld,
        n_erased
    from {{ source('ledger', 'load_tables') }}
)

select * from final
