-- question: Which counts are negative, not whole or beyond belief, and which per cents outside 0 to 100?
-- inputs:   figures
-- grain:    id, column
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
with side as (
    select
        figure_id,
        unit,
        unnest([
            { 'name': 'value_low', 'value': value_low },
            { 'name': 'value_high', 'value': value_high }
        ]) as side
    from figures
)

select
    figure_id as id,
    side.name as "column",
    side.value::varchar as value
from side
where
    not isfinite(side.value)
    or side.value < 0
    or side.value > 1e12
    or (unit = 'percent' and side.value > 100)
    or (unit != 'percent' and side.value != trunc(side.value))
