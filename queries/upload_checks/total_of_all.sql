-- question: Which row of a list counts as many cases as all the others together, and is its last or has no date?
-- inputs:   cases
-- grain:    row
-- columns:  row       the row of the file, as Excel shows it
--           field     weight
--           severity  error
-- rule:     a total among its own parts would double every number; three rows or more are needed to tell
with whole as (
    select
        sum(weight) as cases,
        count(*) as lines,
        max(row) as last_row
    from cases
)

select
    cases.row,
    'weight' as field,
    'error' as severity
from cases
cross join whole
where
    whole.lines > 3
    and cases.weight * 2 = whole.cases
    and (cases.row = whole.last_row or cases.allegation_start is null)
