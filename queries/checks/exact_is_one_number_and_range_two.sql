-- question: Which figures call two numbers exact, or one number a range?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figure_id as id,
    'qualifier' as "column",
    qualifier || ': ' || value_low || ', ' || value_high as value
from figures
where
    (qualifier in ('exact', 'about') and value_low != value_high)
    or (qualifier = 'range' and value_low = value_high)
