-- question: How many allegations were registered each year, and by whom?
-- inputs:   counts
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           stage        varchar = complaint     the stage counted
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
--           scope        varchar = all           coverage of the count
--           scope_detail varchar = ''            which event, institution or part
-- columns:  year           calendar year that holds the period
--           kind           official, ngo, international or media
--           compiler       who counted
--           unit           what was counted
--           low            lowest value; null when the source gives no lower side
--           high           highest value; null when the source gives no upper side
--           is_open        the bound itself is excluded
--           qualifier      exact, about, range, more_than, at_least, less_than, at_most
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, yearly_rate, window_inferred, part_of_year
--           is_part_year   the period is shorter than its year
--           confidence     primary, secondary, press
--           claim_rank     1 for the claim that a headline takes, unless it is doubted
--           is_doubted     what it counts is in doubt, or wider than torture: in no headline
--           country        country code
--           stage          the stage counted
--           region         empty: the whole country
--           scope          coverage
--           scope_detail   which event, institution or part
--           figure_id      the figure
--           source_id      the document
-- rule:     repeats of one fact are left out (they open with its sources); nothing is added up
-- caveats:  more_trust, not_added
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
    claim_rank,
    coalesce(is_doubted, false) as is_doubted,
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
    and region = ''
    and scope = $scope
    and scope_detail = $scope_detail
    and year between $year_from and $year_to
    and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], compiler))
order by kind != 'official', compiler, unit, period_start, period_end, figure_id
