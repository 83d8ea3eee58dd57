{{ config(alias='data_quality_findings') }}
with

told as (
    {{ without_small_counts(
        ref('data_quality_findings'),
        ['source', 'feed', 'owner', 'table_name', 'column_name', 'check_id', 'severity', 'statement', 'next_step',
         'last_load_seq', 'last_exported_on', 'as_of'],
        ['n_rows', 'n_of', 'share', 'sentence'],
        is_few('relation.n_rows')
    ) }}
),

final as (
    select
        source,
        feed,
        owner,
        table_name,
        column_name,
        check_id,
        severity,
        n_rows,
        n_of,
        share,
        coalesce(sentence, {{ finding_sentence("'A few rows'", 'source', 'table_name', 'statement') }}) as sentence,
        statement,
        next_step,
        last_load_seq,
        last_exported_on,
        is_few,
        as_of
    from told
)

select * from final
