-- question: Which figures are missing from the counts, or stand there twice or changed?
-- inputs:   counts, figures
-- grain:    id
-- columns:  id      the figure
--           value   what stands there
select
    coalesce(figures.figure_id, counts.figure_id) as id,
    concat_ws(' ', figures.value_low, figures.value_high, counts.low, counts.high) as value
from figures
full outer join counts on figures.figure_id = counts.figure_id
group by all
having
    count(figures.figure_id) != 1
    or count(counts.figure_id) != 1
    or any_value(figures.value_low is distinct from counts.low)
    or any_value(figures.value_high is distinct from counts.high)
    or any_value(figures.compiler is distinct from counts.compiler)
    or any_value(figures.unit is distinct from counts.unit)
