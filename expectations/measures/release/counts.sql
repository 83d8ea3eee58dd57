-- grain: one table of counts of rows as leadership would be handed it
with

least as (
    select minimum from marts.minimums where sensitivity_class = 'outcome'
),

counts as (
    unpivot (
        select
            'leadership.data_quality' as subject, is_few, n_rows, n_bad
        from leadership.data_quality where table_name <> '*'
    ) on n_rows, n_bad into name count_name value n
    union all by name
    unpivot (
        select 'leadership.data_quality_trend' as subject, is_few, n_rows, n_bad from leadership.data_quality_trend
    ) on n_rows, n_bad into name count_name value n
    union all by name
    unpivot (select 'leadership.data_quality_findings' as subject, is_few, n_rows from leadership.data_quality_findings)
    on n_rows into name count_name value n
    union all by name
    unpivot (
        select
            'leadership.identity_match' as subject, is_few, n_rows_ambiguous, n_rows_outside_validity, n_rows_unknown,
            n_identifiers_ambiguous, n_identifiers_outside_validity, n_identifiers_unknown
        from leadership.identity_match
    ) on n_rows_ambiguous, n_rows_outside_validity, n_rows_unknown, n_identifiers_ambiguous,
        n_identifiers_outside_validity, n_identifiers_unknown into name count_name value n
)

select
    subject,
    count(*) filter (where n > 0 and n < minimum or is_few) as n_small
from counts
cross join least
group by subject
order by subject
