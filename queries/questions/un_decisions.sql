-- question: What became of the cases that UN treaty bodies decided?
-- inputs:   counts
-- grain:    figure_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
-- columns:  stage          compensated (victims) or convicted (perpetrators)
--           unit           what was counted
--           low            lowest value
--           high           highest value
--           is_open        the bound itself is excluded
--           qualifier      how the source put it
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, window_inferred
--           kind           official, ngo, international or media
--           compiler       who counted
--           figure_id      the figure
-- rule:     cumulative figures: the latest of each compiler and stage
select
    stage,
    unit,
    low,
    high,
    is_open,
    qualifier,
    period_start,
    period_end,
    period_kind,
    kind,
    compiler,
    figure_id
from counts
where country = $country and scope = 'event' and scope_detail = 'un_decisions' and not is_repeat
qualify row_number() over (partition by compiler, stage, unit order by period_end desc, claim_rank, figure_id) = 1
order by stage, compiler, unit
