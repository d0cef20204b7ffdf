-- question: Which figures of an event, institution, region or part do not say which one?
-- inputs:   figures
-- grain:    id
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
select
    figure_id as id,
    'scope_detail' as "column",
    scope || ': ' || coalesce(scope_detail, region, '''''') as value
from figures
where
    (scope = 'all' and scope_detail is not null)
    or (scope in ('event', 'institution', 'subset') and scope_detail is null)
    or (scope = 'region' and scope_detail is null and region is null)
