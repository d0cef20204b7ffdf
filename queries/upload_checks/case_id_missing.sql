-- question: Which rows have no case id in a list that has a column of them?
-- inputs:   cases
-- grain:    row
-- columns:  row       the row of the file, as Excel shows it
--           field     case_id
--           severity  warning
-- rule:     each of them is counted as a case of its own
select
    row,
    'case_id' as field,
    'warning' as severity
from cases
where
    case_id is null
    and exists (select 1 from cases as others where others.case_id is not null)
