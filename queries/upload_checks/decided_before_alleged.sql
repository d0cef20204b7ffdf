-- question: Which cases were decided before they were alleged?
-- inputs:   cases
-- grain:    row
-- columns:  row       the row of the file, as Excel shows it
--           field     the field at fault
--           severity  warning
select
    row,
    'decided_on' as field,
    'warning' as severity
from cases
where decided_end < allegation_start
