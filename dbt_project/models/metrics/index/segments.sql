-- The company is a segment of every month, people or none: a company that delivers no HRIS still has a survey.
with

months as (
    select * from {{ ref('months') }}
),

placed as (
    {{ roll_up(ref('places'), ['month_end'], ['n_employed'],
        ['company', 'org_unit', 'level', 'leader_direct', 'leader_org']) }}
),

-- Units that only a survey names, of respondents who are never matched to people.
declared as (
    select months.month_end, respondents.org_unit_id
    from {{ ref('survey_respondents') }} as respondents
    inner join months on respondents.quarter_end = months.quarter_end
    where respondents.worker_key is null and respondents.org_unit_id is not null
),

segments as (
    select month_end, segment_kind, segment_id, n_employed from placed
    union all
    -- the leader in person, beside the people led
    select month_end, 'leader_self', segment_id, 1 from placed where segment_kind = 'leader_direct'
    union all
    select months.month_end, 'company', 'company', 0
    from months
    union all
    select declared.month_end, 'org_unit', declared.org_unit_id, 0
    from declared
),

-- The organisation below a leader is a segment of its own only where it is more than the direct reports.
leaders_of_leaders as (
    select distinct month_end, ancestor_key from {{ ref('manager_tree') }} where depth > 0
),

final as (
    select
        segments.month_end,
        any_value(months.quarter_end) as quarter_end,
        segments.segment_kind,
        segments.segment_id,
        cast(sum(segments.n_employed) as bigint) as n_employed
    from segments
    inner join months on segments.month_end = months.month_end
    left join leaders_of_leaders
        on segments.month_end = leaders_of_leaders.month_end and segments.segment_id = leaders_of_leaders.ancestor_key
    where segments.segment_kind <> 'leader_org' or leaders_of_leaders.ancestor_key is not null
    group by segments.month_end, segments.segment_kind, segments.segment_id
)

select * from final
