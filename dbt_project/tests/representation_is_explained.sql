-- Every group of every segment and period: opening + flows = closing, of members and of people, and the effects of the flows
-- add up to the change of the share.
{{ config(description='The walk of representation leaves nothing unexplained.') }}
with

walks as (
    select
        period_kind, period_end, segment_kind, segment_id, attribute, group_value,
        max(abs(residual)) as residual,
        max(closing_share) - max(opening_share) - sum(share_effect) as difference,
        max(closing_members) - max(opening_members) - sum(flow_members) as unexplained_members
    from {{ ref('equity_representation_walk') }}
    group by all
)

select *
from walks
where residual <> 0 or abs(difference) > 1e-12 or unexplained_members <> 0
