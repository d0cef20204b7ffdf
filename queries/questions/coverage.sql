-- question: Which years did nobody report?
-- inputs:   counts
-- grain:    kind, compiler, stage, year
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
-- columns:  kind         official, ngo, international or media
--           compiler     who counted
--           stage        the stage counted
--           year         calendar year
--           state        whole_year, part_year, several_years, some_places (an event, institution, region or part),
--                        yearly_rate, published_percent, none
--           figures      figures found, repeats included
--           figure_ids   their ids
-- rule:     the best state of the year: a whole year before a part, before a time over several years,
--           before a count of some places or events, before a yearly rate, before a per cent
with spread_out as (
    select
        counts.*,
        unnest(generate_series(year(period_start), year(period_end)))::integer as covered_year,
        case
            when unit = 'percent' then 'published_percent'
            when period_kind = 'yearly_rate' then 'yearly_rate'
            when scope != 'all' or region != '' then 'some_places'
            when is_whole_year then 'whole_year'
            when year is not null then 'part_year'
            else 'several_years'
        end as state
    from counts
    where
        country = $country
        and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], compiler))
),

ranked as (
    select
        *,
        list_position(
            ['whole_year', 'part_year', 'several_years', 'some_places', 'yearly_rate', 'published_percent'], state
        ) as state_rank
    from spread_out
    where covered_year between $year_from and $year_to
),

years as (
    select unnest(generate_series(min(covered_year), max(covered_year)))::integer as year from ranked
),

series as (
    select distinct
        kind,
        compiler,
        stage
    from ranked
)

select
    series.kind,
    series.compiler,
    series.stage,
    years.year,
    coalesce(arg_min(ranked.state, ranked.state_rank), 'none') as state,
    count(ranked.figure_id)::integer as figures,
    list(ranked.figure_id order by ranked.state_rank, ranked.figure_id)
    filter (where ranked.figure_id is not null) as figure_ids
from series
cross join years
left join ranked
    on
        series.kind = ranked.kind
        and series.compiler = ranked.compiler
        and series.stage = ranked.stage
        and years.year = ranked.covered_year
group by series.kind, series.compiler, series.stage, years.year
order by series.kind != 'official', series.kind, series.compiler, series.stage, years.year
