-- question: How many cases of each list reached each stage, year by year?
-- inputs:   cohorts, uploads, stages
-- grain:    figure_id
-- columns:  dataset        the upload
--           figure_id      upload, year and stage
--           country        country of the list
--           compiler       the organisation that keeps it
--           stage          the stage reached
--           unit           cases
--           value_low      cases, each as often as its weight says
--           value_high     the same number
--           qualifier      exact
--           period_start   1 January, or the first day of the list in its first year
--           period_end     31 December, or the last day of the list in its last year
--           period_kind    counted
--           scope          all
--           followed_from  the complaints of the same year, whose cases these are
--           source_id      the upload
--           confidence     primary
--           wording_kept   yes: the list itself is kept
-- rule:     a case counts once on each rung up to the stage it reached, a way out on the rungs above it and once as
--           itself, a stage beside the ladder as a complaint and once as itself; who was convicted was sent to court
--           (prosecuted counts persons); a year with a complaint and none on a rung that the list keeps has a 0 there.
--           A list keeps the rungs from complaint to conviction, and what else any of its rows reached; without a
--           column of outcomes it keeps complaints alone. Cases without a year are in no figure.
-- caveats:  A first or last year that the dates do not fill is a part-year, unless the organisation says what the
--           list covers.
with placed as (
    select
        stages.stage,
        stages.role,
        stages.rung,
        coalesce(stages.rung, hanger.rung + 0.5, 1) as reached
    from stages
    left join stages as hanger on stages.hangs_on = hanger.stage
),

counted as (
    select
        cohorts.upload_id,
        cohorts.year,
        passed.stage,
        sum(cohorts.cases) as cases
    from cohorts
    inner join placed as furthest on cohorts.stage = furthest.stage
    inner join placed as passed
        on
            passed.stage = furthest.stage
            or (passed.rung < furthest.reached and passed.stage != 'prosecuted')
            or list_contains(string_split(cohorts.beside, '|'), passed.stage)
    group by cohorts.upload_id, cohorts.year, passed.stage
),

dated as (
    select
        upload_id,
        min(first_day) as first_day,
        max(last_day) as last_day
    from cohorts
    group by upload_id
),

covered as (
    select
        uploads.upload_id,
        uploads.country,
        uploads.compiler,
        uploads.has_outcomes,
        least(dated.first_day, uploads.covers_from) as first_day,
        greatest(dated.last_day, uploads.covers_to) as last_day
    from uploads
    inner join dated on uploads.upload_id = dated.upload_id
),

kept as (
    select
        covered.upload_id,
        stages.stage
    from covered
    inner join stages
        on
            (
                covered.has_outcomes
                and stages.role = 'ladder'
                and stages.stage not in ('prosecuted', 'imprisoned')
            )
            or exists (
                select 1
                from counted
                where counted.upload_id = covered.upload_id and counted.stage = stages.stage
            )
),

complained as (
    select
        upload_id,
        year
    from counted
    where year is not null and stage = 'complaint'
)

select
    covered.upload_id as dataset,
    concat_ws('-', covered.upload_id, complained.year, kept.stage) as figure_id,
    covered.country,
    covered.compiler,
    kept.stage,
    'cases' as unit,
    coalesce(counted.cases, 0)::double as value_low,
    coalesce(counted.cases, 0)::double as value_high,
    'exact' as qualifier,
    greatest(make_date(complained.year, 1, 1), covered.first_day) as period_start,
    least(make_date(complained.year, 12, 31), covered.last_day) as period_end,
    'counted' as period_kind,
    'all' as scope,
    case when kept.stage != 'complaint' then concat_ws('-', covered.upload_id, complained.year, 'complaint') end
        as followed_from,
    covered.upload_id as source_id,
    'primary' as confidence,
    'yes' as wording_kept
from complained
inner join covered on complained.upload_id = covered.upload_id
inner join kept on complained.upload_id = kept.upload_id
left join counted
    on
        complained.upload_id = counted.upload_id
        and complained.year = counted.year
        and kept.stage = counted.stage
