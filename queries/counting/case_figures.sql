-- question: How many cases of a list reached each stage, year by year?
-- inputs:   cohorts, stages
-- grain:    period_start, stage
-- params:   has_outcomes  boolean  whether the list has a column that says what came of a case
--           is_strict     boolean  whether nothing that stands for 1 to 4 persons may be told
--           covers_from   date     from when on the organisation says its list goes; null when it says nothing
--           covers_to     date     until when
-- columns:  stage          the stage reached
--           unit           cases
--           cases          cases that reached it, each as often as its weight says
--           period_start   1 January, or the first month of the list in its first year
--           period_end     31 December, or the last month of the list in its last year
--           period_kind    counted; part_of_year for an end of the list of which the month is not told
--           scope          all
-- rule:     a case counts once on each rung up to the stage it reached, a way out on the rungs above it and once as
--           itself, a stage beside the ladder as a complaint and once as itself; who was convicted was sent to court
--           (prosecuted counts persons); a year with a complaint and none on a rung that the list keeps has a 0 there.
--           A list keeps the rungs from complaint to conviction, and what else any of its rows reached; without a
--           column of outcomes it keeps complaints alone. Cases without a year are in no figure.
-- caveats:  A first or last year that the dates do not fill is a part-year, unless the organisation says what the
--           list covers. Its month is told, never a day; and of a year with fewer than 5 cases, as of any year of a
--           strict list, not even the month, for it would be that of a person.
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
    group by cohorts.year, passed.stage
),

kept as (
    select stage
    from stages
    where
        ($has_outcomes and role = 'ladder' and stage not in ('prosecuted', 'imprisoned'))
        or stage in (select counted.stage from counted)
),

ends as (
    select
        min(first_day) as first_day,
        max(last_day) as last_day,
        coalesce($covers_from::date <= min(first_day), false) as is_start_said,
        coalesce($covers_to::date >= max(last_day), false) as is_end_said
    from cohorts
),

complained as (
    select
        counted.year,
        counted.cases >= 5 and not $is_strict as is_month_told,
        bool_or(cohorts.has_days) as has_days
    from counted
    inner join cohorts on counted.year = cohorts.year
    where counted.stage = 'complaint'
    group by counted.year, counted.cases
),

dated as (
    select
        complained.year,
        make_date(complained.year, 1, 1) as year_start,
        make_date(complained.year, 12, 31) as year_end,
        complained.is_month_told,
        complained.has_days and complained.year = year(ends.first_day) and not ends.is_start_said as is_start_open,
        complained.has_days and complained.year = year(ends.last_day) and not ends.is_end_said as is_end_open,
        case when ends.is_start_said then $covers_from::date else date_trunc('month', ends.first_day) end as first_day,
        case when ends.is_end_said then $covers_to::date else last_day(ends.last_day) end as last_day,
        ends.is_start_said,
        ends.is_end_said
    from complained
    cross join ends
)

select
    kept.stage,
    'cases' as unit,
    coalesce(counted.cases, 0)::bigint as cases,
    case
        when dated.is_start_said or dated.is_month_told then greatest(dated.year_start, dated.first_day)
        else dated.year_start
    end::date as period_start,
    case
        when dated.is_end_said or dated.is_month_told then least(dated.year_end, dated.last_day)
        else dated.year_end
    end::date as period_end,
    case
        when (dated.is_start_open or dated.is_end_open) and not dated.is_month_told then 'part_of_year'
        else 'counted'
    end as period_kind,
    'all' as scope
from dated
cross join kept
left join counted
    on
        dated.year = counted.year
        and kept.stage = counted.stage
