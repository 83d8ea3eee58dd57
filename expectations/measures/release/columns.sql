-- grain: one column that an audience would be handed
select
    schema_name || '.' || table_name || '.' || column_name as subject,
    case
        when column_name in ('worker_id', 'name_of_person', 'email', 'login', 'token', 'value_token', 'first_name', 'last_name')
            then 1
        when schema_name = 'leadership' and (column_name like '%worker_key%' or column_name = 'row_numbers') then 1
        when column_name like '%respondent_token%' or column_name like '%rater_token%' then 1
        else 0
    end as is_forbidden
from duckdb_columns()
where schema_name in ('people', 'leadership')
order by all
