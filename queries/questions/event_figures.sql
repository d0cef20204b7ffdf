-- question: How did the cumulative counts of an event grow as the weeks passed?
-- inputs:   counts, stages
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           scope        varchar = event         coverage of the count
--           scope_detail varchar                 which event
--           compilers    varchar[] = ''          who counted; empty: all
-- columns:  kind           official, ngo, international or media
--           compiler       who counted
--           stage          the stage counted
--           unit           what was counted
--           low            lowest value
--           high           highest value
--           is_open        the bound itself is excluded
--           qualifier      how the source put it
--           period_start   first day counted
--           period_end     the day the count stands for
--           period_kind    counted, window_inferred
--           confidence     primary, secondary, press
--           country        country code
--           region         empty: the whole country
--           scope          coverage
--           scope_detail   which event
--           figure_id      the figure
--           source_id      the document
-- rule:     cumulative: never differenced and never added; repeats and per cents left out
select
    counts.kind,
    counts.compiler,
    counts.stage,
    counts.unit,
    counts.low,
    counts.high,
    counts.is_open,
    counts.qualifier,
    counts.period_start,
    counts.period_end,
    counts.period_kind,
    counts.confidence,
    counts.country,
    counts.region,
    counts.scope,
    counts.scope_detail,
    counts.figure_id,
    counts.source_id
from counts
inner join stages on counts.stage = stages.stage
where
    counts.country = $country
    and counts.scope = $scope
    and counts.scope_detail = $scope_detail
    and counts.region = ''
    and counts.unit != 'percent'
    and not counts.is_repeat
    and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], counts.compiler))
order by
    stages.rung nulls last,
    counts.kind != 'official',
    counts.compiler,
    counts.stage,
    counts.unit,
    counts.period_end,
    counts.figure_id
