{%- set unmatched = [] -%}
{%- for outcome in ['ambiguous', 'outside_validity', 'unknown'] -%}
{%- do unmatched.append(is_few('relation.n_rows_' ~ outcome)) -%}
{%- do unmatched.append(is_few('relation.n_identifiers_' ~ outcome)) -%}
{%- endfor -%}
{{ config(alias='identity_match') }}
{{ without_small_counts(
    ref('identity_match'),
    ['source', 'feed', 'owner', 'table_name', 'column_name', 'kind', 'n_rows'],
    ['n_rows_matched', 'n_rows_ambiguous', 'n_rows_outside_validity', 'n_rows_unknown',
     'n_identifiers_matched', 'n_identifiers_ambiguous', 'n_identifiers_outside_validity', 'n_identifiers_unknown',
     'matched_share'],
    unmatched | join(' or ')
) }}
