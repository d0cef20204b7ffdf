-- question: Does the ratio change when the later stage is taken from the following year?
-- inputs:   counts, stages
-- grain:    numerator_id, denominator_id
-- measures: ratio
-- params:   country       varchar                country code (ISO 3166-1 alpha-2)
--           numerators    varchar[] = ''         later stages; empty: all
--           denominators  varchar[] = ''         earlier stages; empty: all
--           year_from     integer = 1900         first calendar year of the earlier stage
--           year_to       integer = 2100         last calendar year of the earlier stage
--           compilers     varchar[] = ''         who counted; empty: all
-- columns:  country           country code
--           kind              kind of the compiler
--           compiler          who counted both stages
--           denominator_compiler  the same
--           year              calendar year of the earlier stage
--           lag               0: the later stage of the same year; 1: of the following year
--           numerator_stage   the later stage
--           denominator_stage  the earlier stage
--           numerator_unit    what was counted at the later stage
--           denominator_unit  what was counted at the earlier stage
--           numerator_low     lowest count of the later stage
--           numerator_high    highest count of the later stage
--           numerator_qualifier  how the source put it
--           denominator_low   lowest count of the earlier stage
--           denominator_high  highest count of the earlier stage
--           denominator_qualifier  how the source put it
--           grade             B: another year is never a share; the unit may differ too
--           is_followed       never: these are not the same complaints
--           period_start      first day of the earlier stage
--           period_end        last day of the earlier stage
--           numerator_id      figure of the later stage
--           denominator_id    figure of the earlier stage
-- rule:     one compiler that is named, whole years, all cases, the whole country; only pairs of stages for which
--           a count of the following year exists; a check of timing beside the ratio, never a ratio of its own
-- caveats:  earlier_year
with whole as (
    select
        counts.*,
        stages.rung
    from counts
    inner join stages on counts.stage = stages.stage
    where
        counts.country = $country
        and counts.is_whole_year
        and counts.scope = 'all'
        and counts.region = ''
        and counts.unit != 'percent'
        and counts.period_kind != 'yearly_rate'
        and not counts.is_repeat
        and stages.role = 'ladder'
        and counts.compiler not like '%\_unspecified' escape '\'
        and counts.compiler not like '%\_unnamed' escape '\'
        and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], counts.compiler))
),

lagged as (
    select
        denominator.country,
        denominator.kind,
        denominator.compiler,
        denominator.compiler as denominator_compiler,
        denominator.year,
        (numerator.year - denominator.year)::integer as lag,
        numerator.stage as numerator_stage,
        denominator.stage as denominator_stage,
        numerator.unit as numerator_unit,
        denominator.unit as denominator_unit,
        numerator.low as numerator_low,
        numerator.high as numerator_high,
        numerator.qualifier as numerator_qualifier,
        denominator.low as denominator_low,
        denominator.high as denominator_high,
        denominator.qualifier as denominator_qualifier,
        'B' as grade,
        false as is_followed,
        denominator.period_start,
        denominator.period_end,
        numerator.figure_id as numerator_id,
        denominator.figure_id as denominator_id
    from whole as denominator
    inner join whole as numerator
        on
            denominator.compiler = numerator.compiler
            and numerator.year - denominator.year in (0, 1)
            and denominator.rung < numerator.rung
    where
        denominator.year between $year_from and $year_to
        and (len($numerators::varchar[]) = 0 or list_contains($numerators::varchar[], numerator.stage))
        and (len($denominators::varchar[]) = 0 or list_contains($denominators::varchar[], denominator.stage))
)

select *
from lagged
qualify max(lag) over (partition by compiler, numerator_stage, numerator_unit, denominator_stage, denominator_unit) = 1
order by compiler, numerator_stage, numerator_unit, denominator_stage, denominator_unit, lag, year, numerator_id
