with

in_force as (
    {{ rows_in_force('hris', 'fx_rates', ['from_currency', 'to_currency', 'rate_date']) }}
),

final as (
    select
        in_force.from_currency,
        in_force.to_currency,
        in_force.rate_date,
        in_force.rate,
        in_force.feed_id,
        in_force.load_seq,
        in_force.row_no
    from in_force
    where {{ is_in_its_days('in_force', 'in_force.rate_date') }}
)

select * from final
