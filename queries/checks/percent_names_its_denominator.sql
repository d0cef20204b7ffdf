-- question: Which published per cents do not say what they are a share of, and which counts say so?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figure_id as id,
    'denominator_stage' as "column",
    unit || ': ' || coalesce(denominator_stage, '''''') as value
from figures
where (unit = 'percent') != (denominator_stage is not null)
