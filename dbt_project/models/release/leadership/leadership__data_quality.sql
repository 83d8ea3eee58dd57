{{ config(alias='data_quality') }}
{{ without_small_counts(
    ref('data_quality'),
    ['source', 'feed', 'owner', 'table_name', 'column_name', 'measure', 'reason', 'status', 'first_on', 'last_on', 'as_of'],
    ['n_rows', 'n_bad', 'bad_share'],
    "relation.table_name <> '*' and (" ~ is_few('relation.n_rows') ~ ' or ' ~ is_few('relation.n_bad') ~ ')'
) }}
