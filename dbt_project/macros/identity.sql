{# Joins the person whom a token meant on a day, under `alias`. No match, or more than one, leaves the key empty. A token
   that only ever meant one person needs no date; any other finds nobody on a row without one. #}
{% macro join_person(alias, token, at=none) -%}
{%- set day = "coalesce(" ~ at ~ ", " ~ no_day() ~ ")" if at else no_day() -%}
left join {{ ref('stg_identity__person_tokens') }} as {{ alias }}
        on
            {{ token }} = {{ alias }}.token
            and {{ day }} >= {{ alias }}.valid_from
            and {{ day }} < {{ alias }}.valid_to
{%- endmacro %}


{# The day of a row that names none. It lies before all days on which an identifier can pass from hand to hand. #}
{% macro no_day() -%} date '0001-01-01' {%- endmacro %}


{# Days of several claims on one subject, cut where any of them begins or ends: `relation` has subject, valid_from and
   valid_to; out come subject, valid_from and valid_to without overlap, from 1900 on. #}
{% macro cut_days(relation, subject) -%}
select
    {{ subject }},
    day as valid_from,
    lead(day, 1, {{ far_future() }}) over (partition by {{ subject }} order by day) as valid_to
from (
    select {{ subject }}, valid_from as day from {{ relation }}
    union
    select {{ subject }}, valid_to as day from {{ relation }} where valid_to < {{ far_future() }}
    union
    select {{ subject }}, date '1900-01-01' as day from {{ relation }}
) as days
{%- endmacro %}


{# Ids and their owners, where an owner that is itself an id of somebody else is replaced by its own owner of those days. #}
{% macro owners_of_owners(relation) -%}
select
    one.token,
    coalesce(other.worker_key, one.worker_key) as worker_key,
    greatest(one.valid_from, coalesce(other.valid_from, one.valid_from)) as valid_from,
    least(one.valid_to, coalesce(other.valid_to, one.valid_to)) as valid_to
from {{ relation }} as one
left join {{ relation }} as other
    on
        one.worker_key = other.token
        and one.token <> other.token
        and one.valid_from < other.valid_to
        and one.valid_to > other.valid_from
{%- endmacro %}
