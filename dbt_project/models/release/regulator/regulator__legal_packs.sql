{{ config(alias='legal_packs') }}
select
    pack,
    figure,
    article,
    snapshot_date,
    legal_entity,
    country,
    worker_category,
    group_value,
    value,
    unit,
    n,
    convention_id,
    note
from {{ ref('legal_packs') }}
