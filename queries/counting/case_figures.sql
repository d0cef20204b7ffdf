-- question: How many cases of a list reached each stage, year by year?
-- inputs:   cohorts, counted_stages
-- grain:    country, period_start, period_end, stage
-- params:   is_blank_unknown  boolean  whether something may have come of a case of which the list says nothing
--           is_strict         boolean  whether nothing that stands for 1 to 4 persons may be told
--           covers_from       date     from when on the organisation says its list goes; null when it says nothing
--           covers_to         date     until when
--           unit              varchar  what the list counts: cases or persons
-- columns:  country        country of the cases; null: that of the list
--           stage          the stage reached
--           unit           what was counted
--           cases          cases that reached it, each as often as its weight says
--           unknown        cases of the period of which the list does not say what came of them
--           period_start   1 January, or the first month of the list in its first year
--           period_end     31 December, or the last month of the list in its last year
--           period_kind    counted; part_of_year for an end of the list of which the month is not told
--           scope          all
-- rule:     a case counts once at each stage of `counted_stages` that one of its outcomes reaches (`reached_by`), and
--           not where another of them went further (`ended_by`); where `reached_by` is null every case counts.
--           A stage to which no value of the list was mapped is not there, so it has no figure; a year of which no
--           outcome is known has no figure but the count of its cases. Cases without a year are in no figure.
-- caveats:  A first or last year that the dates do not fill is a part-year, unless the organisation says what the
--           list covers. Its month is told, never a day; and of a year with fewer than 5 cases, as of any year of a
--           strict list, not even the month, for it would be that of a person.
with periods as (
    select
        country,
        year,
        span_start,
        span_end,
        sum(cases) as every_case,
        sum(cases) filter (where codes = 0 and $is_blank_unknown) as unknown,
        bool_or(codes != 0) or not $is_blank_unknown as is_any_known,
        bool_or(has_days) as has_days
    from cohorts
    where year is not null or span_start is not null
    group by country, year, span_start, span_end
),

ends as (
    select
        min(first_day) as first_day,
        max(last_day) as last_day,
        coalesce($covers_from::date <= min(first_day), false) as is_start_said,
        coalesce($covers_to::date >= max(last_day), false) as is_end_said
    from cohorts
),

dated as (
    select
        periods.*,
        coalesce(periods.unknown, 0) as unknown_cases,
        coalesce(periods.span_start, make_date(periods.year, 1, 1)) as year_start,
        coalesce(periods.span_end, make_date(periods.year, 12, 31)) as year_end,
        periods.every_case >= 5 and not $is_strict as is_month_told,
        periods.has_days and periods.year = year(ends.first_day) and not ends.is_start_said as is_start_open,
        periods.has_days and periods.year = year(ends.last_day) and not ends.is_end_said as is_end_open,
        case when ends.is_start_said then $covers_from::date else date_trunc('month', ends.first_day) end as list_start,
        case when ends.is_end_said then $covers_to::date else last_day(ends.last_day) end as list_end,
        ends.is_start_said,
        ends.is_end_said
    from periods
    cross join ends
),

counted as (
    select
        dated.country,
        dated.year,
        dated.span_start,
        dated.span_end,
        counted_stages.stage,
        sum(cohorts.cases) filter (
            where
            counted_stages.reached_by is null
            or (
                cohorts.codes & counted_stages.reached_by::ubigint != 0
                and cohorts.codes & counted_stages.ended_by::ubigint = 0
            )
        ) as cases
    from dated
    cross join counted_stages
    inner join cohorts
        on
            dated.country is not distinct from cohorts.country
            and dated.year is not distinct from cohorts.year
            and dated.span_start is not distinct from cohorts.span_start
            and dated.span_end is not distinct from cohorts.span_end
    where counted_stages.reached_by is null or dated.is_any_known
    group by dated.country, dated.year, dated.span_start, dated.span_end, counted_stages.stage
)

select
    dated.country,
    counted.stage,
    $unit::varchar as unit,
    coalesce(counted.cases, 0)::bigint as cases,
    dated.unknown_cases::bigint as unknown,
    case
        when dated.span_start is null and (dated.is_start_said or dated.is_month_told)
            then greatest(dated.year_start, coalesce(dated.list_start, dated.year_start))
        else dated.year_start
    end::date as period_start,
    case
        when dated.span_start is null and (dated.is_end_said or dated.is_month_told)
            then least(dated.year_end, coalesce(dated.list_end, dated.year_end))
        else dated.year_end
    end::date as period_end,
    case
        when (dated.is_start_open or dated.is_end_open) and not dated.is_month_told then 'part_of_year'
        else 'counted'
    end as period_kind,
    'all' as scope
from dated
inner join counted
    on
        dated.country is not distinct from counted.country
        and dated.year is not distinct from counted.year
        and dated.span_start is not distinct from counted.span_start
        and dated.span_end is not distinct from counted.span_end
