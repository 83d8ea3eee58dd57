{{ config(alias='target_progress') }}
{{ released_target_progress(['survey', 'rater'], also=['contract_id', 'leader_key', 'owner_key'], nests=false) }}
