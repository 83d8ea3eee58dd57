{{ config(alias='contract_progress') }}
{{ released_contract_progress(['outcome']) }}
where relation.segment_kind <> 'leader'
