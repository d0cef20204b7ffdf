-- question: Which pairs of counts are not compared, and why?
-- inputs:   pairs, counts
-- grain:    numerator_id, denominator_id
-- params:   country       varchar                country code (ISO 3166-1 alpha-2)
--           numerators    varchar[] = ''         later stages; empty: all
--           denominators  varchar[] = ''         earlier stages; empty: all
--           year_from     integer = 1900         first calendar year
--           year_to       integer = 2100         last calendar year
--           compilers     varchar[] = ''         who counted; empty: all
--           scope         varchar = all          coverage of the later stage
--           scope_detail  varchar = ''           which event, institution or part
-- columns:  refusal                doubted, place, scope, period, yearly_rate, inferred_window or compiler_and_unit
--           agreements             in how many of compiler, unit, place, scope and period the two agree
--           country                country code
--           numerator_stage        the later stage
--           numerator_unit         what was counted there
--           numerator_kind         kind of its compiler
--           numerator_low          lowest count
--           numerator_high         highest count
--           numerator_qualifier    how the source put it
--           numerator_compiler     who counted it
--           numerator_start        first day counted
--           numerator_end          last day counted
--           denominator_stage      the earlier stage
--           denominator_unit       what was counted there
--           denominator_kind       kind of its compiler
--           denominator_low        lowest count
--           denominator_high       highest count
--           denominator_qualifier  how the source put it
--           denominator_compiler   who counted it
--           denominator_start      first day counted
--           denominator_end        last day counted
--           numerator_id           figure of the later stage
--           denominator_id         figure of the earlier stage
-- rule:     the nearest misses first: those that agree in most respects
select
    pairs.refusal,
    pairs.agreements,
    numerator.country,
    numerator.stage as numerator_stage,
    numerator.unit as numerator_unit,
    numerator.kind as numerator_kind,
    numerator.low as numerator_low,
    numerator.high as numerator_high,
    numerator.qualifier as numerator_qualifier,
    numerator.compiler as numerator_compiler,
    numerator.period_start as numerator_start,
    numerator.period_end as numerator_end,
    denominator.stage as denominator_stage,
    denominator.unit as denominator_unit,
    denominator.kind as denominator_kind,
    denominator.low as denominator_low,
    denominator.high as denominator_high,
    denominator.qualifier as denominator_qualifier,
    denominator.compiler as denominator_compiler,
    denominator.period_start as denominator_start,
    denominator.period_end as denominator_end,
    pairs.numerator_id,
    pairs.denominator_id
from pairs
inner join counts as numerator on pairs.numerator_id = numerator.figure_id
inner join counts as denominator on pairs.denominator_id = denominator.figure_id
where
    pairs.refusal is not null
    and numerator.country = $country
    and numerator.scope = $scope
    and numerator.scope_detail = $scope_detail
    and (len($numerators::varchar[]) = 0 or list_contains($numerators::varchar[], numerator.stage))
    and (len($denominators::varchar[]) = 0 or list_contains($denominators::varchar[], denominator.stage))
    and year(numerator.period_end) >= $year_from
    and year(numerator.period_start) <= $year_to
    and (
        len($compilers::varchar[]) = 0
        or list_contains($compilers::varchar[], numerator.compiler)
        or list_contains($compilers::varchar[], denominator.compiler)
    )
order by pairs.refusal, pairs.agreements desc, numerator.period_end desc, pairs.numerator_id, pairs.denominator_id
