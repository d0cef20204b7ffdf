-- question: Of the complaints and offences of one body and one period, what was counted of what came of them?
-- inputs:   ratios
-- grain:    numerator_id, denominator_id
-- measures: ratio
-- params:   country       varchar                country code (ISO 3166-1 alpha-2)
--           scope         varchar = all          coverage
--           scope_detail  varchar = ''           which event, institution or part
--           year_from     integer = 1900         first calendar year
--           year_to       integer = 2100         last calendar year
--           compilers     varchar[] = ''         who counted; empty: all
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
-- rule:     complaints beside investigations opened, prosecutions and cases sent to court; registered offences beside
--           prosecutions and cases sent to court; two counts of one body and one period (grades A and B), both the
--           first of their claim groups; a per cent that a source states is no count
-- caveats:  several_complaints, earlier_year
select
    country,
    kind,
    compiler,
    denominator_compiler,
    scope,
    scope_detail,
    region,
    year,
    period_start,
    period_end,
    is_part_year,
    numerator_stage,
    denominator_stage,
    numerator_unit,
    denominator_unit,
    numerator_low,
    numerator_high,
    numerator_qualifier,
    denominator_low,
    denominator_high,
    denominator_qualifier,
    published_low,
    published_high,
    published_qualifier,
    grade,
    is_followed,
    same_document,
    has_inferred_window,
    outcomes_exceed,
    is_headline_claim,
    source_id,
    numerator_id,
    denominator_id
from ratios
where
    country = $country
    and scope = $scope
    and scope_detail = $scope_detail
    and region = ''
    and year(period_end) >= $year_from
    and year(period_start) <= $year_to
    and (
        (
            denominator_stage = 'complaint'
            and numerator_stage in ('investigation_opened', 'prosecuted', 'sent_to_court')
        )
        or (denominator_stage = 'registered_offence' and numerator_stage in ('prosecuted', 'sent_to_court'))
    )
    and grade in ('A', 'B')
    and is_headline_claim
    and (
        len($compilers::varchar[]) = 0
        or (
            list_contains($compilers::varchar[], compiler)
            and list_contains($compilers::varchar[], denominator_compiler)
        )
    )
order by
    denominator_stage,
    list_position(['investigation_opened', 'prosecuted', 'sent_to_court'], numerator_stage),
    kind,
    compiler,
    numerator_unit,
    denominator_unit,
    period_start,
    period_end,
    numerator_id,
    denominator_id
