-- question: What did each published figure count, over which period, and does it stand for its fact?
-- inputs:   figures, compilers, sources, qualifiers, confidences
-- grain:    figure_id
-- columns:  figure_id       the figure that the count rests on
--           dataset         official, ngo, international, media or the name of an upload
--           country         ISO 3166-1 alpha-2
--           region          ISO 3166-2; empty for the whole country
--           compiler        who counted
--           kind            official, ngo, international, media
--           stage           how far the complaint went
--           unit            what was counted; percent for a ratio that the source itself states
--           scope           all, event, institution, region, subset
--           scope_detail    which event, institution, region or part
--           period_start    first day counted
--           period_end      last day counted
--           period_kind     counted, yearly_rate, window_inferred, part_of_year (it is not told which part)
--           year            calendar year that holds the whole period; null when it spans several
--           is_whole_year   1 January to 31 December of one year, and all of it
--           low             lowest value the source allows; null when it gives none
--           high            highest value the source allows; null when it gives none
--           is_open         the bound itself is excluded (more than, less than)
--           qualifier       exact, about, range, more_than, at_least, less_than, at_most; withheld: 1 to 4 persons
--           denominator_stage  what a published per cent is a share of
--           followed_from   the figure whose very complaints this one counts
--           part_of         the total that this figure is part of
--           source_id       the document
--           confidence      primary, secondary, press
--           is_doubted      what it counts is in doubt, or wider than torture, as its note says
--           is_repeat       the same fact told by another source that stands nearer
--           claims          figures in the claim group, repeats included
--           claim_rank      1 for the claim that a headline takes, unless it is doubted
-- rule:     of the sources that tell one fact in the same numbers (same_fact_as) the nearest stands for it: primary
--           before secondary before press, then one whose document can be opened, then the first published;
--           claim group and rank as in the design: not doubted, not a repeat, then primary before secondary before
--           press, then a count before a bound, then the later publication (undated is earliest), then the lowest id;
--           an untold part of a year is no rival of the whole one
with figure as (
    select
        figures.*,
        compilers.kind,
        confidences.rank as confidence_rank,
        sources.published_on,
        qualifiers.low = 'yes' and qualifiers.high = 'yes' and figures.value_low = figures.value_high as is_count,
        qualifiers.open = 'yes' as is_open,
        coalesce(figures.doubted = 'yes', false) as is_doubted,
        coalesce(figures.same_fact_as, figures.figure_id) as fact,
        sources.address,
        figures.figure_id in (
            select follower.followed_from from figures as follower where follower.followed_from is not null
            union all
            select part.part_of from figures as part where part.part_of is not null
        ) as is_referred_to,
        case
            when year(figures.period_start) = year(figures.period_end) then year(figures.period_start)
        end as calendar_year
    from figures
    inner join compilers using (country, compiler)
    inner join qualifiers using (qualifier)
    inner join confidences using (confidence)
    inner join sources using (source_id)
),

told as (
    select
        *,
        not coalesce(bool_or(same_fact_as is null) over fact_group, false)
        or row_number() over (
            fact_group
            order by
                not is_referred_to,
                confidence_rank,
                address = 'site only',
                published_on nulls last,
                same_fact_as is not null,
                figure_id
        ) > 1 as is_repeat
    from figure
    window fact_group as (
        partition by
            fact, country, region, compiler, stage, unit, value_low, value_high, qualifier, period_start, period_end,
            period_kind, scope, scope_detail, denominator_stage, is_doubted
    )
)

select
    figure_id,
    dataset,
    country,
    coalesce(region, '') as region,
    compiler,
    kind,
    stage,
    unit,
    scope,
    coalesce(scope_detail, '') as scope_detail,
    period_start,
    period_end,
    period_kind,
    calendar_year::integer as year,
    calendar_year is not null and dayofyear(period_start) = 1
    and month(period_end) = 12 and day(period_end) = 31 and period_kind != 'part_of_year' as is_whole_year,
    value_low as low,
    value_high as high,
    is_open,
    qualifier,
    denominator_stage,
    followed_from,
    part_of,
    source_id,
    confidence,
    is_doubted,
    is_repeat,
    (count(*) over claim_group)::integer as claims,
    (row_number() over (
        claim_group
        order by is_doubted, is_repeat, confidence_rank, not is_count, coalesce(published_on, '') desc, figure_id
    ))::integer as claim_rank
from told
window claim_group as (
    partition by
        country, region, stage, unit, scope, scope_detail, period_start, period_end, kind,
        period_kind = 'part_of_year'
)
