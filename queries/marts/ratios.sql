-- question: Which ratios of a later stage to an earlier one can be stated, by us or by the source itself?
-- inputs:   counts, pairs
-- grain:    numerator_id, denominator_id
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
--           is_headline_claim  both counts are the first of their claim groups
--           source_id         document of the later stage
--           numerator_id      figure of the later stage, or of the published per cent
--           denominator_id    figure of the earlier stage; null when published
--           outcomes_exceed   the exclusive outcomes of the earlier stage (refused, closed, sent to court) add to more
--                             than it holds, so they are not outcomes of the same cases and no share is claimed
-- rule:     only graded pairs; a per cent that the source states stands as the bound or value it is, n not published
with computed as (
    select
        numerator.country,
        numerator.kind,
        numerator.compiler,
        denominator.compiler as denominator_compiler,
        numerator.scope,
        numerator.scope_detail,
        numerator.region,
        numerator.year,
        numerator.period_start,
        numerator.period_end,
        numerator.year is not null and not numerator.is_whole_year as is_part_year,
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
        null::double as published_low,
        null::double as published_high,
        null::varchar as published_qualifier,
        pairs.grade,
        pairs.is_followed,
        pairs.same_document,
        'window_inferred' in (numerator.period_kind, denominator.period_kind) as has_inferred_window,
        numerator.claim_rank = 1 and denominator.claim_rank = 1 as is_headline_claim,
        numerator.source_id,
        numerator.figure_id as numerator_id,
        denominator.figure_id as denominator_id
    from pairs
    inner join counts as numerator on pairs.numerator_id = numerator.figure_id
    inner join counts as denominator on pairs.denominator_id = denominator.figure_id
    where pairs.grade is not null
),

published as (
    select
        country,
        kind,
        compiler,
        compiler as denominator_compiler,
        scope,
        scope_detail,
        region,
        year,
        period_start,
        period_end,
        year is not null and not is_whole_year as is_part_year,
        stage as numerator_stage,
        denominator_stage,
        null::varchar as numerator_unit,
        null::varchar as denominator_unit,
        null::double as numerator_low,
        null::double as numerator_high,
        null::varchar as numerator_qualifier,
        null::double as denominator_low,
        null::double as denominator_high,
        null::varchar as denominator_qualifier,
        low as published_low,
        high as published_high,
        qualifier as published_qualifier,
        null::varchar as grade,
        false as is_followed,
        true as same_document,
        period_kind = 'window_inferred' as has_inferred_window,
        claim_rank = 1 and not is_doubted as is_headline_claim,
        source_id,
        figure_id as numerator_id,
        null::varchar as denominator_id
    from counts
    where unit = 'percent' and not is_repeat
),

outcomes as (
    select
        denominator_id,
        sum(numerator_low) as reached
    from computed
    where grade = 'A' and numerator_stage in ('refused', 'terminated', 'sent_to_court')
    group by denominator_id
)

select
    computed.*,
    not computed.is_followed and coalesce(outcomes.reached > computed.denominator_high, false) as outcomes_exceed
from computed
left join outcomes on computed.denominator_id = outcomes.denominator_id
union all by name
select
    *,
    false as outcomes_exceed
from published
