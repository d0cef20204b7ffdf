-- question: Which counts have a low above their high, or a side that their qualifier does not give?
-- inputs:   counts
-- grain:    id
-- columns:  id      the figure
--           value   what stands there
select
    figure_id as id,
    concat_ws(' ', qualifier, low, high) as value
from counts
where
    low > high
    or low < 0
    or (low is null and high is null)
    or (qualifier in ('more_than', 'at_least') and (low is null or high is not null))
    or (qualifier in ('less_than', 'at_most') and (high is null or low is not null))
    or (qualifier in ('exact', 'about') and low is distinct from high)
