-- question: Which repeats point at another repeat, at themselves, or at a fact of another country or stage?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    repeat.figure_id as id,
    'same_fact_as' as "column",
    repeat.same_fact_as as value
from figures as repeat
inner join figures as first_told on repeat.same_fact_as = first_told.figure_id
where
    first_told.same_fact_as is not null
    or first_told.figure_id = repeat.figure_id
    or first_told.country != repeat.country
    or first_told.stage != repeat.stage
