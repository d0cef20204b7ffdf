-- question: Who counted it, what exactly, over which period, and which document says so?
-- inputs:   figures, counts, sources
-- grain:    asked_id, figure_id
-- params:   figure_ids   varchar[]               the figures asked for
-- columns:  asked_id      the figure asked for
--           relation      itself, same_fact (another source of it), rival (another claim of its group),
--                         total (that it is part of), followed (the complaints it follows)
--           figure_id     the figure
--           country       country code
--           region        empty: the whole country
--           compiler      who counted
--           kind          official, ngo, international or media
--           stage         the stage counted
--           unit          what was counted
--           low           lowest value
--           high          highest value
--           is_open       the bound itself is excluded
--           qualifier     how the source put it
--           denominator_stage  what a published per cent is a share of
--           period_start  first day counted
--           period_end    last day counted
--           period_kind   counted, yearly_rate, window_inferred, part_of_year
--           legal_basis   the article, as the source names it
--           scope         coverage
--           scope_detail  which event, institution or part
--           note          what to know of the figure, in English
--           confidence    primary, secondary, press
--           wording_kept  the sentence of the source was noted down
--           locator       page or section
--           source_id     the document
--           title         its title, in its own language
--           publisher     who published it
--           published_on  when: a year, month or day; null when undated
--           language      of the document
--           url           its address
--           address       document, site only, or upload
--           source_url    of an uploaded figure: the address of the document that it was taken from
with asked as (
    select counts.*
    from counts
    where list_contains($figure_ids::varchar[], figure_id)
),

related as (
    select
        figure_id as asked_id,
        figure_id,
        'itself' as relation,
        1 as closeness
    from asked
    union all
    select
        asked.figure_id,
        other.figure_id,
        'same_fact',
        2
    from asked
    inner join figures as own on asked.figure_id = own.figure_id
    inner join figures as other
        on
            coalesce(own.same_fact_as, own.figure_id) = coalesce(other.same_fact_as, other.figure_id)
            and own.figure_id != other.figure_id
    union all
    select
        asked.figure_id,
        rival.figure_id,
        'rival',
        3
    from asked
    inner join counts as rival
        on
            asked.country = rival.country
            and asked.region = rival.region
            and asked.stage = rival.stage
            and asked.unit = rival.unit
            and asked.scope = rival.scope
            and asked.scope_detail = rival.scope_detail
            and asked.period_start = rival.period_start
            and asked.period_end = rival.period_end
            and asked.kind = rival.kind
            and (asked.period_kind = 'part_of_year') = (rival.period_kind = 'part_of_year')
            and asked.figure_id != rival.figure_id
    union all
    select
        figure_id,
        followed_from,
        'followed',
        4
    from asked where followed_from is not null
    union all
    select
        figure_id,
        part_of,
        'total',
        5
    from asked where part_of is not null
),

closest as (
    select *
    from related
    qualify row_number() over (partition by asked_id, figure_id order by closeness) = 1
)

select
    closest.asked_id,
    closest.relation,
    counts.figure_id,
    counts.country,
    counts.region,
    counts.compiler,
    counts.kind,
    counts.stage,
    counts.unit,
    counts.low,
    counts.high,
    counts.is_open,
    counts.qualifier,
    counts.denominator_stage,
    counts.period_start,
    counts.period_end,
    counts.period_kind,
    coalesce(figures.legal_basis, '') as legal_basis,
    counts.scope,
    counts.scope_detail,
    coalesce(figures.note, '') as note,
    counts.confidence,
    figures.wording_kept,
    coalesce(figures.locator, '') as locator,
    sources.source_id,
    sources.title,
    sources.publisher,
    sources.published_on,
    sources.language,
    sources.url,
    sources.address,
    coalesce(figures.source_url, '') as source_url
from closest
inner join counts on closest.figure_id = counts.figure_id
inner join figures on closest.figure_id = figures.figure_id
inner join sources on figures.source_id = sources.source_id
order by list_position($figure_ids::varchar[], closest.asked_id), closest.closeness, counts.figure_id
