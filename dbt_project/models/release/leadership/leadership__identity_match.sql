{{ config(alias='identity_match') }}
{%- set counts = ['n_rows_ambiguous', 'n_rows_outside_validity', 'n_rows_unknown',
                  'n_identifiers_ambiguous', 'n_identifiers_outside_validity', 'n_identifiers_unknown'] -%}
{%- set small = [] -%}
{%- for count in counts %}{% do small.append(is_few('relation.' ~ count)) %}{% endfor %}
{{ without_small_counts(
    ref('identity_match'),
    ['source', 'feed', 'owner', 'table_name', 'column_name', 'kind', 'n_rows'],
    ['n_rows_matched', 'n_identifiers_matched', 'matched_share'] + counts,
    small | join(' or ')
) }}
