-- question: On which facts do sources disagree, and which claim does the rule take?
-- inputs:   counts
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           stages       varchar[] = ''          the stages counted; empty: all
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           scope        varchar = all           coverage of the count
--           scope_detail varchar = ''            which event, institution or part
-- columns:  country        country code
--           stage          the stage counted
--           unit           what was counted
--           scope          coverage
--           scope_detail   which event, institution or part
--           region         empty: the whole country
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, yearly_rate, window_inferred, part_of_year
--           kind           kind of the compilers
--           compiler       who counted
--           low            lowest value
--           high           highest value
--           is_open        the bound itself is excluded
--           qualifier      how the source put it
--           confidence     primary, secondary, press
--           claim_rank     1 for the claim that the rule takes
--           spread_low     lowest value of all claims; null when one has no lower side
--           spread_high    highest value of all claims; null when one has no upper side
--           figure_id      the figure
--           source_id      the document
-- rule:     claims of one fact by one kind of compiler; repeats and parts of another claim left out;
--           complaints to two bodies are two intakes, not two claims
with claim as (
    select
        *,
        count(*) over claim_group as rivals
    from counts
    where
        country = $country
        and region = ''
        and unit != 'percent'
        and not is_repeat
        and period_kind != 'yearly_rate'
        and part_of is null
        and scope = $scope
        and scope_detail = $scope_detail
        and (len($stages::varchar[]) = 0 or list_contains($stages::varchar[], stage))
        and year(period_end) >= $year_from
        and year(period_start) <= $year_to
    window
        claim_group as (
            partition by
                stage, unit, period_start, period_end, kind, period_kind = 'part_of_year',
                case when stage = 'complaint' then compiler end
        )
)

select
    country,
    stage,
    unit,
    scope,
    scope_detail,
    region,
    period_start,
    period_end,
    period_kind,
    kind,
    compiler,
    low,
    high,
    is_open,
    qualifier,
    confidence,
    claim_rank,
    case when count(low) over claim_group = rivals then min(low) over claim_group end as spread_low,
    case when count(high) over claim_group = rivals then max(high) over claim_group end as spread_high,
    figure_id,
    source_id
from claim
where rivals > 1
window
    claim_group as (
        partition by
            stage, unit, period_start, period_end, kind, period_kind = 'part_of_year',
            case when stage = 'complaint' then compiler end
    )
order by period_start desc, stage, unit, kind, claim_rank
