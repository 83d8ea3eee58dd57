{{ config(alias='fct_learning_record') }}
select * from {{ ref('fct_learning_record') }}
