with

postings as (
    select * from {{ ref('stg_talent__internal_postings') }}
),

applications as (
    select
        posting_id,
        count(*) as n_applications,
        max(case when outcome = 'hired' then 1 else 0 end) as n_filled_by_applicant
    from {{ ref('stg_talent__internal_applications') }}
    group by posting_id
),

final as (
    select
        postings.posting_id,
        postings.org_unit_id,
        postings.level,
        cast(postings.posted_at as date) as posted_date,
        cast(postings.closed_at as date) as closed_date,
        postings.n_views,
        coalesce(applications.n_applications, 0) as n_applications,
        coalesce(applications.n_filled_by_applicant, 0) = 1 as is_filled_by_applicant,
        postings.load_seq
    from postings
    left join applications on postings.posting_id = applications.posting_id
)

select * from final
