-- question: Which figures have a period that ends before it starts?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figure_id as id,
    'period_end' as "column",
    period_start || ' > ' || period_end as value
from figures
where period_end < period_start
