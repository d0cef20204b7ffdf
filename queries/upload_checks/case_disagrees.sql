-- question: Which rows of one case say another region, place, agency, sex or age than its first row?
-- inputs:   cases
-- grain:    row
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
            cases.region,
            cases.place_kind,
            cases.agency,
            cases.sex,
            cases.age_band,
            cases.weight::varchar as weight
        from cases
        inner join told on cases.case_id = told.case_id
    )
    on region, place_kind, agency, sex, age_band, weight into name field value saying
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
