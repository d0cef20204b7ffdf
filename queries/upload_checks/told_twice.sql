-- question: Which figures tell another number for what a row above them told already?
-- inputs:   figures
-- grain:    row
-- columns:  row       the row of the file, as Excel shows it
--           field     value
--           severity  error when the numbers differ, warning when they are the same
with repeated as (
    select
        row,
        value_low,
        value_high,
        first_value(value_low) over told as first_low,
        first_value(value_high) over told as first_high,
        row_number() over told as number
    from figures
    window told as (
        partition by region, stage, unit, scope, scope_detail, period_start, period_end order by row
    )
)

select
    row,
    'value' as field,
    case
        when bool_or(value_low is distinct from first_low or value_high is distinct from first_high) then 'error'
        else 'warning'
    end as severity
from repeated
where number > 1
group by row
