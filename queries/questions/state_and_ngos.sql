-- question: Of which years do both the State and NGOs give a number of complaints, and which?
-- inputs:   counts
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           stage        varchar = complaint     the stage counted
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
-- columns:  year           calendar year that holds the period
--           kind           official or ngo
--           compiler       who counted
--           unit           what was counted
--           low            lowest value; null when the source gives no lower side
--           high           highest value; null when the source gives no upper side
--           is_open        the bound itself is excluded
--           qualifier      exact, about, range, more_than, at_least, less_than, at_most
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, window_inferred, part_of_year
--           is_part_year   the period is shorter than its year
--           confidence     primary, secondary, press
--           country        country code
--           stage          the stage counted
--           region         empty: the whole country
--           scope          coverage
--           scope_detail   which event, institution or part
--           figure_id      the figure
--           source_id      the document
-- rule:     all cases of the whole country; years in which both kinds counted something, part-years too; no repeat, no
--           doubted count, no yearly rate; the latest year first, the State before NGOs, whole years before parts
-- caveats:  not_added, more_trust
select
    year,
    kind,
    compiler,
    unit,
    low,
    high,
    is_open,
    qualifier,
    period_start,
    period_end,
    period_kind,
    not is_whole_year as is_part_year,
    confidence,
    country,
    stage,
    region,
    scope,
    scope_detail,
    figure_id,
    source_id
from counts
where
    country = $country
    and stage = $stage
    and unit != 'percent'
    and not is_repeat
    and not coalesce(is_doubted, false)
    and region = ''
    and scope = 'all'
    and kind in ('official', 'ngo')
    and period_kind != 'yearly_rate'
    and year between $year_from and $year_to
    and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], compiler))
qualify count(distinct kind) over (partition by year) = 2
order by year desc, kind != 'official', is_part_year, period_end desc, compiler, unit, figure_id
