-- A pack is figures of one law from the same marts as every other number, unsuppressed: they go to a regulator, and lie in
-- a file of their own.
with

figures as (
    select * from {{ ref('legal_figures') }}
),

gaps as (
    select
        *,
        lead(gap_percent) over (
            partition by
                law, segment_kind, legal_entity, country, worker_category, currency, pay_element, statistic, attribute,
                group_value, convention_id
            order by snapshot_date
        ) as next_gap,
        max(snapshot_date) filter (where law = 'company') over () as as_of,
        concat(cast(extract(year from snapshot_date) + 1 as varchar), '-{{ var("pay_report_day") }}') as submitted_on
    from {{ ref('equity_pay_gap') }}
    where law = 'company' or attribute = 'gender'
),

due as (
    select *, {{ add_months('cast(submitted_on as date)', var('months_to_remedy')) }} as deadline from gaps
),

pay as (
    select
        figures.*,
        gaps.snapshot_date,
        gaps.legal_entity,
        gaps.country,
        gaps.worker_category,
        gaps.group_value,
        case when figures.reads = 'value' then gaps.value else gaps.gap_percent end as figure_value,
        gaps.n,
        case
            when figures.reads = 'value' then null
            when gaps.gap_percent is null then 'one side alone, or nothing to compare with'
            when figures.reads = 'gap' or abs(gaps.gap_percent) < 5 then concat('beside ', cast(gaps.reference_n as varchar))
            when justified.worker_category is not null then 'justified by the register'
            when abs(gaps.next_gap) < 5 then 'remedied on the next day of the law'
            when gaps.as_of < gaps.deadline then concat('to be remedied by ', cast(gaps.deadline as varchar))
            else concat('joint pay assessment since ', cast(gaps.deadline as varchar))
        end as note
    from figures
    inner join due as gaps
        on
            figures.law = gaps.law
            and figures.measure = gaps.pay_element
            and figures.statistic = gaps.statistic
            and figures.convention_id = gaps.convention_id
            and figures.segment_kind = gaps.segment_kind
    left join {{ ref('justified_categories') }} as justified
        on
            gaps.snapshot_date = justified.snapshot_date
            and gaps.legal_entity = justified.legal_entity
            and gaps.country = justified.country
            and gaps.worker_category = justified.worker_category
    where figures.source_table = 'pay' and (figures.reads = 'value' or gaps.reference_group is not null)
),

told as (
    select
        pack, figure, article, snapshot_date, legal_entity, country, worker_category, group_value, figure_value as value,
        unit, n, convention_id, note
    from pay
    union all
    select
        'eeo_1', 'people', 'EEO-1 Component 1', snapshot_date, legal_entity, country, eeo_category,
        concat(sex, ' / ', race), n, 'people', n, 'categories',
        case when sex = 'not reported' or race = 'not reported' then 'beside the grid' end
    from {{ ref('eeo_cells') }}
    union all
    select
        figures.pack, figures.figure, figures.article, metrics.period_end, metrics.segment_kind, 'all', metrics.segment_id,
        coalesce(nullif(concat_ws(' ', metrics.attribute, metrics.group_value), ''), 'all'), metrics.value, figures.unit,
        metrics.n, metrics.convention_id, metrics.status
    from figures
    inner join {{ ref('metric_values') }} as metrics
        on
            figures.measure = metrics.metric
            and figures.convention_id = metrics.convention_id
            and figures.segment_kind = metrics.segment_kind
    where
        figures.source_table = 'metric'
        and metrics.period_end = (select max(period_end) from {{ ref('metric_values') }} where metric = 'representation')
        and (figures.measure = 'representation' or coalesce(metrics.attribute, '') = '')
    union all
    {{ bias_audit_figures('figures') }}
    union all
    select
        pack, figure, article, null, 'all', 'all', 'all', 'all', null, unit, null, 'not_collected',
        'no source tells what this asks for'
    from figures
    where reads = 'not_collected'
    union all
    select
        pack, 'convention', 'choice that the law leaves', null, 'all', 'all', 'all', 'all', null, 'text', null,
        convention_id, says
    from {{ ref('legal_conventions') }}
),

final as (
    select
        pack, figure, article, cast(snapshot_date as date) as snapshot_date, legal_entity, country, worker_category,
        group_value, cast(value as double) as value, unit, cast(n as bigint) as n, convention_id, note
    from told
)

select * from final
