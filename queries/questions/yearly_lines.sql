-- question: How did one compiler's count move over the years, and where may it not be compared with itself?
-- inputs:   counts, breaks, countries
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           stages       varchar[] = ''          the stages counted; empty: all
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
--           scope        varchar = all           coverage of the count
--           scope_detail varchar = ''            which event, institution or part
-- columns:  line             one compiler, document, stage and unit: a line never changes any of them
--           segment          part of the line between two breaks; null in a year that contains a break
--           is_reviewed      the breaks of the country have been reviewed
--           year             calendar year
--           kind             official, ngo, international or media
--           compiler         who counted
--           stage            the stage counted
--           unit             what was counted
--           low              lowest value
--           high             highest value
--           is_open          the bound itself is excluded
--           qualifier        how the source put it
--           is_part_year     shorter than its year: on no line
--           period_start     first day counted
--           period_end       last day counted
--           period_kind      counted, yearly_rate, window_inferred, part_of_year
--           confidence       primary, secondary, press
--           country          country code
--           region           empty: the whole country
--           scope            coverage
--           scope_detail     which event, institution or part
--           figure_id        the figure
--           source_id        the document
-- rule:     a break dated to a day leaves the year that starts on it whole; one dated to a month or a year
--           belongs to the year that contains it, and that year to neither side
-- caveats:  part_year, breaks
with series_break as (
    select
        country,
        starts_on,
        case date_precision
            when 'day' then starts_on
            when 'month' then last_day(starts_on) + interval 1 day
            else make_date(year(starts_on) + 1, 1, 1)
        end::date as over_on,
        coalesce(stages, '') as stages,
        coalesce(compiler_kinds, '') as compiler_kinds
    from breaks
    where breaks_series = 'yes'
),

counted as (
    select counts.*
    from counts
    where
        country = $country
        and unit != 'percent'
        and not is_repeat
        and region = ''
        and scope = $scope
        and scope_detail = $scope_detail
        and year between $year_from and $year_to
        and (len($stages::varchar[]) = 0 or list_contains($stages::varchar[], stage))
        and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], compiler))
),

lined as (
    select
        concat_ws(' ', counted.compiler, counted.source_id, counted.stage, counted.unit) as line,
        case
            when
                count(series_break.country) filter (
                    where counted.period_end >= series_break.starts_on and counted.period_start < series_break.over_on
                ) = 0
                then count(series_break.country) filter (where counted.period_start >= series_break.over_on)
        end::integer as segment,
        any_value(countries.breaks_reviewed) = 'yes' as is_reviewed,
        counted.year,
        counted.kind,
        counted.compiler,
        counted.stage,
        counted.unit,
        counted.low,
        counted.high,
        counted.is_open,
        counted.qualifier,
        not counted.is_whole_year as is_part_year,
        counted.period_start,
        counted.period_end,
        counted.period_kind,
        counted.confidence,
        counted.country,
        counted.region,
        counted.scope,
        counted.scope_detail,
        counted.figure_id,
        counted.source_id
    from counted
    inner join countries using (country)
    left join series_break
        on
            counted.country = series_break.country
            and (series_break.stages = '' or list_contains(string_split(series_break.stages, '|'), counted.stage))
            and (
                series_break.compiler_kinds = ''
                or list_contains(string_split(series_break.compiler_kinds, '|'), counted.kind)
            )
    group by all
)

select *
from lined
order by stage, kind != 'official', line, period_start, figure_id
