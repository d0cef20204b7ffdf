-- question: Which official figures were not read in the State's own document, and in which should they be found?
-- inputs:   counts, ratios, sources, originals
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
-- columns:  figure_id     the figure
--           country       country code
--           compiler      who counted
--           kind          official
--           stage         the stage counted
--           unit          what was counted
--           denominator_stage  what a published per cent is a share of
--           low           lowest value
--           high          highest value
--           qualifier     how the source put it
--           period_start  first day counted
--           period_end    last day counted
--           confidence    secondary (quoted by another organisation) or press
--           source_id     the document in which it was read
--           title         its title, in its own language
--           url           its address
--           weight        3: a headline may take it; 2: a ratio rests on it; 1: its year's first claim; 0: none
--           original_id   the State's document that should hold it; null when none is known
--           original_title  its title
--           original_url  its address
--           original_what  what it is and what of it was seen, in English
-- rule:     official figures that are no repeat and whose document is not that of who counted; the weightiest
--           first, then the latest; of several originals the one with the nearest end
with used as (
    select
        unnest([numerator_id, denominator_id]) as figure_id,
        is_headline_claim
        and denominator_stage in ('complaint', 'registered_offence')
        and numerator_stage in ('prosecuted', 'sent_to_court', 'investigation_opened') as is_headline
    from ratios
    where country = $country
),

weighed as (
    select
        counts.*,
        case
            when counts.figure_id in (select used.figure_id from used where used.is_headline) then 3
            when counts.figure_id in (select used.figure_id from used) then 2
            when counts.claim_rank = 1 and counts.is_whole_year and not coalesce(counts.is_doubted, false) then 1
            else 0
        end as weight
    from counts
    where
        counts.country = $country
        and counts.kind = 'official'
        and not counts.is_repeat
        and counts.confidence != 'primary'
),

held as (
    select
        weighed.figure_id,
        originals.source_id as original_id,
        originals.what,
        row_number() over (
            partition by weighed.figure_id
            order by originals.period_end, originals.source_id
        ) as nearness
    from weighed
    inner join originals
        on
            weighed.country = originals.country
            and weighed.period_start >= originals.period_start
            and weighed.period_end <= originals.period_end
)

select
    weighed.figure_id,
    weighed.country,
    weighed.compiler,
    weighed.kind,
    weighed.stage,
    weighed.unit,
    weighed.denominator_stage,
    weighed.low,
    weighed.high,
    weighed.qualifier,
    weighed.period_start,
    weighed.period_end,
    weighed.confidence,
    weighed.source_id,
    sources.title,
    sources.url,
    weighed.weight,
    held.original_id,
    original.title as original_title,
    original.url as original_url,
    held.what as original_what
from weighed
inner join sources on weighed.source_id = sources.source_id
left join held on weighed.figure_id = held.figure_id and held.nearness = 1
left join sources as original on held.original_id = original.source_id
order by weighed.weight desc, weighed.period_end desc, weighed.figure_id
