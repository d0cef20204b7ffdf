-- question: Which cases without an id are the same, cell for cell, as one above them?
-- inputs:   cases
-- grain:    row
-- columns:  row       the row of the file, as Excel shows it
--           field     empty: the whole row
--           severity  warning
-- caveats:  Two people of one day and place may be two true cases: it is for the analyst to say. Rows with one
--           case_id are one case, and no repeat.
with repeated as (
    select
        row,
        min(row) over (
            partition by
                allegation_start, allegation_end, region, place_kind, agency, legal_basis, outcome, decided_start,
                decided_end, sex, age_band, weight
        ) as first_row
    from cases
    where case_id is null and allegation_start is not null
)

select
    row,
    '' as field,
    'warning' as severity
from repeated
where row != first_row
