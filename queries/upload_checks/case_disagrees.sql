-- question: Which rows of one case say another year or weight than its first row?
-- inputs:   cases
-- grain:    row, field
-- columns:  row       the row of the file, as Excel shows it
--           field     the field at fault
--           severity  warning
-- rule:     rows of one case_id are one case: its furthest stage, its earliest date and its greatest weight are taken
with told as (
    select case_id
    from cases
    where case_id is not null
    group by case_id
    having count(*) > 1
),

said as (
    unpivot (
        select
            cases.case_id,
            cases.row,
            year(cases.allegation_start) as allegation_date,
            cases.weight::bigint as weight
        from cases
        inner join told on cases.case_id = told.case_id
    )
    on allegation_date, weight into name field value saying
)

select
    later.row,
    later.field,
    'warning' as severity
from said as later
inner join said as earlier
    on later.case_id = earlier.case_id and later.field = earlier.field and later.row > earlier.row
group by later.row, later.field, later.saying
having arg_min(earlier.saying, earlier.row) != later.saying
