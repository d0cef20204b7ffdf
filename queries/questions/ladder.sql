-- question: How many are left at each rung from complaint to imprisonment?
-- inputs:   counts, ratios, stages, stage_merges
-- grain:    stage, unit
-- measures: ladder
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           compiler     varchar                 who counted
--           document     varchar = ''            the one document of a compiler that is not named
--           scope        varchar = all           coverage
--           scope_detail varchar = ''            which event, institution or part
--           period_start  varchar = 1900-01-01    first day counted (not for an event)
--           period_end   varchar = 2100-12-31    last day counted (of an event: the latest allowed)
-- columns:  stage          the stage
--           role           ladder or way_out
--           rung           place on the ladder, 1 the complaint; of a way out: the rung it hangs on
--           is_merged      registration itself opens the investigation, so the two are one rung
--           unit           what was counted; null: no figure
--           kind           kind of the compiler
--           low            lowest value; null with unit null: unknown
--           high           highest value
--           is_open        the bound itself is excluded
--           qualifier      how the source put it
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, window_inferred, part_of_year
--           above_stage    the nearest rung above with a figure
--           above_unit     what was counted there
--           above_low      lowest value there
--           above_high     highest value there
--           above_qualifier  how the source put it
--           above_grade    grade of the ratio to it; null when refused
--           above_followed  the source follows the very complaints of that rung
--           above_outcomes_exceed  exclusive outcomes add to more than that rung holds: no share
--           above_id       figure of that rung
--           first_low      lowest number of complaints
--           first_high     highest number of complaints
--           first_qualifier  how the source put it
--           first_unit     what was counted there
--           first_grade    grade of the ratio to complaints; null when refused
--           first_followed  the source follows the very complaints
--           first_outcomes_exceed  exclusive outcomes add to more than the complaints: no share
--           first_id       figure of the complaints
--           figure_id      the figure; null: no figure
--           source_id      the document
-- rule:     an event takes each stage's latest figure, and no share between rungs of different dates;
--           any other ladder takes the figures of exactly one period
-- caveats:  several_complaints, earlier_year
with chosen as (
    select *
    from counts
    where
        country = $country
        and compiler = $compiler
        and ($document = '' or source_id = $document)
        and scope = $scope
        and scope_detail = $scope_detail
        and region = ''
        and unit != 'percent'
        and not is_repeat
        and not coalesce(is_doubted, false)
        and period_kind != 'yearly_rate'
        and (
            (scope = 'event' and period_end <= $period_end::date)
            or (period_start = $period_start::date and period_end = $period_end::date)
        )
    qualify row_number() over (partition by stage, unit order by period_end desc, claim_rank, figure_id) = 1
),

placed as (
    select
        stages.stage,
        stages.role,
        coalesce(stages.rung, hanger.rung) as rung,
        exists(
            select 1
            from stage_merges
            where
                stage_merges.country = $country
                and stages.stage in (stage_merges.stage, stage_merges.into_stage)
                and coalesce((select min(chosen.period_start) from chosen), $period_start::date)
                >= stage_merges.starts_on
        ) as is_merged,
        chosen.* exclude (stage)
    from stages
    left join stages as hanger on stages.hangs_on = hanger.stage
    left join chosen on stages.stage = chosen.stage
    where stages.role = 'ladder' or (stages.role = 'way_out' and chosen.figure_id is not null)
),

rung as (
    select *
    from placed
    -- Two rungs that the law made one are drawn once: the one with a figure, or the investigation.
    qualify
        not is_merged
        or figure_id is not null
        or (
            count(figure_id) over (partition by is_merged) = 0
            and stage in (select into_stage from stage_merges where country = $country)
        )
-- Prosecuted persons and cases sent to court share a rung: the empty one is dropped when the other is known.
),

drawn as (
    select *
    from rung
    qualify
        figure_id is not null
        or count(figure_id) over (partition by rung, role) = 0
        and row_number() over (partition by rung, role order by stage) = 1
),

above as (
    select
        lower_rung.figure_id,
        upper_rung.figure_id as above_id,
        row_number() over (
            partition by lower_rung.figure_id
            order by upper_rung.rung desc, upper_rung.unit != lower_rung.unit, upper_rung.figure_id
        ) as nearness
    from drawn as lower_rung
    inner join drawn as upper_rung
        on
            upper_rung.role = 'ladder'
            and (
                upper_rung.rung < lower_rung.rung
                or (lower_rung.role = 'way_out' and upper_rung.rung = lower_rung.rung)
            )
    where
        upper_rung.figure_id is not null
        -- Where registration itself opens the investigation there is no step from the one to the other.
        and not (upper_rung.is_merged and lower_rung.is_merged)
),

first_rung as (
    select * from drawn where rung = 1 and role = 'ladder' and figure_id is not null order by unit limit 1
)

select
    drawn.stage,
    drawn.role,
    drawn.rung::integer as rung,
    drawn.is_merged,
    drawn.unit,
    drawn.kind,
    drawn.low,
    drawn.high,
    drawn.is_open,
    drawn.qualifier,
    drawn.period_start,
    drawn.period_end,
    drawn.period_kind,
    upper_rung.stage as above_stage,
    upper_rung.unit as above_unit,
    upper_rung.low as above_low,
    upper_rung.high as above_high,
    upper_rung.qualifier as above_qualifier,
    above_pair.grade as above_grade,
    coalesce(above_pair.is_followed, false) as above_followed,
    coalesce(above_pair.outcomes_exceed, false) as above_outcomes_exceed,
    upper_rung.figure_id as above_id,
    first_rung.low as first_low,
    first_rung.high as first_high,
    first_rung.qualifier as first_qualifier,
    first_rung.unit as first_unit,
    first_pair.grade as first_grade,
    coalesce(first_pair.is_followed, false) as first_followed,
    coalesce(first_pair.outcomes_exceed, false) as first_outcomes_exceed,
    first_rung.figure_id as first_id,
    drawn.figure_id,
    drawn.source_id
from drawn
left join above on drawn.figure_id = above.figure_id and above.nearness = 1
left join drawn as upper_rung on above.above_id = upper_rung.figure_id
left join ratios as above_pair
    on drawn.figure_id = above_pair.numerator_id and above.above_id = above_pair.denominator_id
left join first_rung on drawn.figure_id is not null and drawn.figure_id != first_rung.figure_id
left join ratios as first_pair
    on drawn.figure_id = first_pair.numerator_id and first_rung.figure_id = first_pair.denominator_id
order by drawn.role != 'ladder', drawn.rung, drawn.stage, drawn.unit
