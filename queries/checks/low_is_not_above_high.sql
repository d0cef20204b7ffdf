-- question: Which figures have a low above their high?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figure_id as id,
    'value_low' as "column",
    value_low || ' > ' || value_high as value
from figures
where value_low > value_high
