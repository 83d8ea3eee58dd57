-- grain: one table of the analysts' file, beside the last release
select
    new.table_name as subject,
    old.estimated_size as previous_rows,
    new.estimated_size / nullif(old.estimated_size, 0) as ratio,
    null::double as change
from (
    select 'fct_worker_month' as table_name, count(*) as estimated_size from marts.fct_worker_month
    union all select 'fct_movement', count(*) from marts.fct_movement
    union all select 'fct_learning_record', count(*) from marts.fct_learning_record
    union all select 'fct_survey_answer', count(*) from marts.fct_survey_answer
    union all select 'fct_feedback_rating', count(*) from marts.fct_feedback_rating
    union all select 'fct_development_event', count(*) from marts.fct_development_event
) as new
inner join (
    select table_name, estimated_size from duckdb_tables() where database_name = 'last_release'
) as old using (table_name)
order by all
