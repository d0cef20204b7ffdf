-- question: Which two counts may be divided, with what grade, and which may not, for what reason?
-- inputs:   counts, stages
-- grain:    numerator_id, denominator_id
-- columns:  numerator_id    figure of the later stage
--           denominator_id  figure of the earlier stage
--           grade           A, B or C; null when refused
--           is_followed     the source follows the very complaints of the denominator
--           same_document   both figures stand in one document
--           refusal         why the pair is refused: doubted, place, scope, period, yearly_rate, inferred_window,
--                           compiler_and_unit; null when graded
--           agreements      in how many of compiler, unit, place, scope and period the two agree
-- rule:     grade A: same compiler, unit, scope, place and period; B: same but for the unit;
--           C: other compilers, same unit, scope, place and period. A compiler that is not named is the same
--           only within one document; an inferred window, or an untold part of a year, only within its document;
--           a yearly rate, and a doubted count, enter no ratio; a followed figure takes the period of the
--           complaints it follows.
-- caveats:  Only counts that stand for their fact are paired (no repeats), and only those whose calendar year
--           or event is the same are listed as refused.
with countable as (
    select
        counts.*,
        stages.role,
        coalesce(stages.rung, hanger.rung + 0.5, 9) as rung,
        compiler like '%\_unspecified' escape '\' or compiler like '%\_unnamed' escape '\' as is_unnamed
    from counts
    inner join stages using (stage)
    left join stages as hanger on stages.hangs_on = hanger.stage
    where counts.unit != 'percent' and not counts.is_repeat and stages.role in ('ladder', 'way_out')
),

pair as (
    select
        numerator.figure_id as numerator_id,
        denominator.figure_id as denominator_id,
        coalesce(numerator.followed_from = denominator.figure_id, false) as is_followed,
        numerator.source_id = denominator.source_id as same_document,
        numerator.compiler = denominator.compiler and (not numerator.is_unnamed or same_document) as same_compiler,
        numerator.unit = denominator.unit as same_unit,
        numerator.region = denominator.region as same_place,
        numerator.is_doubted or denominator.is_doubted as has_doubt,
        numerator.scope = denominator.scope and numerator.scope_detail = denominator.scope_detail as same_scope,
        numerator.period_start = denominator.period_start
        and numerator.period_end = denominator.period_end as same_period,
        'yearly_rate' in (numerator.period_kind, denominator.period_kind) as has_yearly_rate,
        (
            'window_inferred' in (numerator.period_kind, denominator.period_kind)
            or 'part_of_year' in (numerator.period_kind, denominator.period_kind)
        )
        and not same_document as has_inferred_window
    from countable as numerator
    inner join countable as denominator
        on
            numerator.country = denominator.country
            and numerator.rung > denominator.rung
            and denominator.role = 'ladder'
            and (
                numerator.year = denominator.year
                or (numerator.period_start = denominator.period_start and numerator.period_end = denominator.period_end)
                or (numerator.scope = 'event' and numerator.scope_detail = denominator.scope_detail)
                or numerator.followed_from = denominator.figure_id
            )
),

judged as (
    select
        *,
        case
            when has_doubt then 'doubted'
            when has_yearly_rate then 'yearly_rate'
            when not same_place then 'place'
            when not same_scope then 'scope'
            when not same_period and not is_followed then 'period'
            when has_inferred_window then 'inferred_window'
            when not same_compiler and not same_unit then 'compiler_and_unit'
        end as refusal
    from pair
)

select
    numerator_id,
    denominator_id,
    case
        when refusal is not null then null
        when same_compiler and same_unit then 'A'
        when same_compiler then 'B'
        else 'C'
    end as grade,
    is_followed,
    same_document,
    refusal,
    same_compiler::integer + same_unit::integer + same_place::integer
    + same_scope::integer + same_period::integer as agreements
from judged
