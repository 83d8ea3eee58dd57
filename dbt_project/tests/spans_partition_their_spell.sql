{{ config(description='The spans of a spell cover each of its days once.') }}
select spells.worker_key, spells.spell_number
from {{ ref('worker_spells') }} as spells
left join {{ ref('worker_spans') }} as spans
    on spells.worker_key = spans.worker_key and spells.spell_number = spans.spell_number
group by spells.worker_key, spells.spell_number, spells.employed_from, spells.employed_to
having
    sum({{ days_between('spans.starts_on', 'spans.ends_on') }}) is distinct from
    {{ days_between('spells.employed_from', 'spells.employed_to') }}
