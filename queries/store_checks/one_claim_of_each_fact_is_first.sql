-- question: Which claim groups have no first claim or several, or a repeat before a claim of its own?
-- inputs:   counts
-- grain:    id
-- columns:  id      a figure of the group
--           value   how many are first
select
    min(figure_id) as id,
    (count(*) filter (where claim_rank = 1))::varchar as value
from counts
group by
    country, region, stage, unit, scope, scope_detail, period_start, period_end, kind, period_kind = 'part_of_year'
having
    count(*) filter (where claim_rank = 1) != 1
    or bool_or(claim_rank = 1 and is_repeat) and bool_or(not is_repeat)
