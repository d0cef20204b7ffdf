-- question: Which numbers does the text of a table hold, by year, stage and place, added up by another path?
-- inputs:   recounted, codes
-- grain:    year, stage, region
-- params:   day    varchar  the period that is said once for the table, null where a column says it
--           stage  varchar  the stage that is said once, null where a column or a header says it
--           marks  varchar  pattern of the signs that stand between thousands
-- columns:  year      calendar year, as four digits of the cell; null where there is none or are two
--           stage     stage; null where the cell has no code
--           region    region; '' for the country as a whole; null where the place has no code
--           total     the sum of the numbers
--           is_plain  every cell is a whole number and nothing else
-- rule:     written apart from summed_figures, for a comparison
with read as (
    select
        regexp_extract_all(coalesce(recounted.day, $day), '(?:^|\D)((?:19|20)\d\d)(?:\D|$)', 1) as years,
        coalesce(recounted.stage_code, staged.code, $stage) as stage,
        case when recounted.place is null then '' else placed.code end as region,
        regexp_replace(recounted.number, $marks, '', 'g') as number
    from recounted
    left join codes as staged on staged.field = 'stage' and recounted.stage = staged.word
    left join codes as placed on placed.field = 'region' and recounted.place = placed.word
)

select
    case when len(list_distinct(years)) = 1 then years[1]::integer end as year,
    stage,
    region,
    sum(try_cast(number as double)) as total,
    bool_and(regexp_full_match(number, '\d+')) as is_plain
from read
group by all
