-- question: Which figures stand in the dataset of another kind of compiler?
-- inputs:   figures, compilers, kinds
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figures.figure_id as id,
    'compiler' as "column",
    figures.compiler || ': ' || compilers.kind as value
from figures
inner join compilers using (country, compiler)
where figures.dataset in (select kind from kinds) and compilers.kind != figures.dataset
