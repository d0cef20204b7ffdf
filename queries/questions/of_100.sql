-- question: Of every 100 complaints, how many led to prosecution or to court, and who says so?
-- inputs:   ratios, counts, figures, sources
-- grain:    country
-- measures: ratio, of_100
-- params:   country       varchar                country code (ISO 3166-1 alpha-2)
--           year_from     integer = 1900         first calendar year
--           year_to       integer = 2100         last calendar year
--           compilers     varchar[] = ''         who counted; empty: all
--           scope         varchar = all          coverage
--           scope_detail  varchar = ''           which event, institution or part
-- columns:  country           country code
--           kind              kind of the compiler of the later stage
--           compiler          who counted the later stage
--           denominator_compiler  who counted the earlier stage
--           scope             coverage
--           scope_detail      which event, institution or part
--           region            empty: the whole country
--           year              calendar year that holds the period; null when it spans several
--           period_start      first day counted
--           period_end        last day counted
--           is_part_year      shorter than a calendar year
--           numerator_stage   the later stage
--           denominator_stage  the earlier stage
--           numerator_unit    what was counted at the later stage
--           denominator_unit  what was counted at the earlier stage
--           numerator_low     lowest count of the later stage; null when not published
--           numerator_high    highest count of the later stage
--           numerator_qualifier  how the source put it
--           denominator_low   lowest count of the earlier stage
--           denominator_high  highest count of the earlier stage
--           denominator_qualifier  how the source put it
--           published_low     lower bound of a per cent that the source itself states
--           published_high    upper bound of it
--           published_qualifier  how the source put it; null when the ratio is ours
--           grade             A same compiler, unit, scope, place, period; B other unit; C other compilers;
--                             null when published
--           is_followed       the source follows the very complaints of the earlier stage
--           same_document     both counts stand in one document
--           has_inferred_window  a period was inferred by us
--           outcomes_exceed   exclusive outcomes of the earlier stage add to more than it holds: no share
--           is_headline_claim  both counts are the first of their claim groups
--           source_id         document of the later stage
--           numerator_id      figure of the later stage, or of the published per cent
--           denominator_id    figure of the earlier stage; null when published
--           period_kind       how the time counted is known: counted, window_inferred
--           rests_on_official  the note of a figure that is not official says that it rests on official data
--           document_id       of the documents that tell the later figure, the nearest and best addressed
--           document_title    its title, in its own language
--           document_publisher  who published it
--           document_published_on  when: a year, month or day; null when undated
--           document_url      its address
--           document_address  document, site only, or upload
-- rule:     the pair complaint -> prosecuted, or sent to court, of a whole place; grades A and B and what a source
--           itself states; official and international before others, the record before an uploaded list, whole years
--           before a part, then the latest end, then the better grade; the document is that of the later figure, which
--           is the nearest and best addressed of those that tell the fact
-- caveats:  several_complaints, earlier_year
with best as (
    select *
    from ratios
    where
        country = $country
        and scope = $scope
        and scope_detail = $scope_detail
        and region = ''
        and year(period_end) >= $year_from
        and year(period_start) <= $year_to
        and denominator_stage = 'complaint'
        and numerator_stage in ('prosecuted', 'sent_to_court')
        and (grade is null or grade in ('A', 'B'))
        and is_headline_claim
        and (denominator_high is null or denominator_high > 0)
        and (
            len($compilers::varchar[]) = 0
            or (
                list_contains($compilers::varchar[], compiler)
                and list_contains($compilers::varchar[], denominator_compiler)
            )
        )
    order by
        source_id in (select sources.source_id from sources where sources.address = 'upload'),
        kind not in ('official', 'international'),
        period_end < period_start + interval 1 year - interval 1 day,
        period_end desc,
        grade is not null,
        grade,
        numerator_stage,
        numerator_id
    limit 1
),

documents as (
    select
        sources.source_id,
        sources.title,
        sources.publisher,
        sources.published_on,
        sources.url,
        sources.address
    from best
    inner join sources on best.source_id = sources.source_id
)

select
    best.country,
    best.kind,
    best.compiler,
    best.denominator_compiler,
    best.scope,
    best.scope_detail,
    best.region,
    best.year,
    best.period_start,
    best.period_end,
    best.is_part_year,
    best.numerator_stage,
    best.denominator_stage,
    best.numerator_unit,
    best.denominator_unit,
    best.numerator_low,
    best.numerator_high,
    best.numerator_qualifier,
    best.denominator_low,
    best.denominator_high,
    best.denominator_qualifier,
    best.published_low,
    best.published_high,
    best.published_qualifier,
    best.grade,
    best.is_followed,
    best.same_document,
    best.has_inferred_window,
    best.outcomes_exceed,
    best.is_headline_claim,
    best.source_id,
    best.numerator_id,
    best.denominator_id,
    counts.period_kind,
    best.kind != 'official' and coalesce(figures.note, '') like '%official data%' as rests_on_official,
    documents.source_id as document_id,
    documents.title as document_title,
    documents.publisher as document_publisher,
    documents.published_on as document_published_on,
    documents.url as document_url,
    documents.address as document_address
from best
inner join counts on best.numerator_id = counts.figure_id
inner join figures on best.numerator_id = figures.figure_id
cross join documents
