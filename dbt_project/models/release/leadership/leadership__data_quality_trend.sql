{{ config(alias='data_quality_trend') }}
{{ without_small_counts(
    ref('data_quality_trend'),
    ['source', 'feed', 'table_name', 'column_name', 'measure', 'reason', 'load_seq', 'exported_on', 'is_last_load'],
    ['n_rows', 'n_bad', 'amount', 'usual', 'has_moved'],
    is_few('relation.n_rows') ~ ' or ' ~ is_few('relation.n_bad') ~ ' or ' ~ is_few('relation.n_rows - relation.n_bad')
) }}
