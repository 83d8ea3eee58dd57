with

final as (
    select token, survey_key, feedback_key from {{ source('run', 'confidential_keys') }}
)

select * from final
