-- question: Which figures fill a side that their qualifier leaves open, or miss one that it gives?
-- inputs:   figures, qualifiers
-- grain:    id, column
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
with side as (
    select
        figures.figure_id,
        figures.qualifier,
        unnest([
            { 'name': 'value_low', 'value': figures.value_low, 'given': qualifiers.low },
            { 'name': 'value_high', 'value': figures.value_high, 'given': qualifiers.high }
        ]) as side
    from figures
    inner join qualifiers using (qualifier)
)

select
    figure_id as id,
    side.name as "column",
    qualifier || ': ' || coalesce(side.value::varchar, '''''') as value
from side
where (side.value is not null) != (side.given = 'yes')
