-- grain: one attribute of the newest month's people that a join brought, beside the last release
select
    'known ' || new.subject as subject,
    null::double as ratio,
    new.known_share - old.known_share as change
from (
    unpivot (
        select
            count(org_unit_id) / count(*) as org_unit_id,
            count(manager_key) / count(*) as manager_key,
            count(level) / count(*) as level
        from marts.fct_worker_month
        where month_end = (select max(month_end) from marts.fct_worker_month)
    ) on columns(*) into name subject value known_share
) as new
inner join (
    unpivot (
        select
            count(org_unit_id) / count(*) as org_unit_id,
            count(manager_key) / count(*) as manager_key,
            count(level) / count(*) as level
        from last_release.fct_worker_month
        where month_end = (select max(month_end) from last_release.fct_worker_month)
    ) on columns(*) into name subject value known_share
) as old using (subject)
order by all
