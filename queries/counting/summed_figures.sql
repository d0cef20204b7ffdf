-- question: Which figures do the rows of a table tell, where several may tell parts of one?
-- inputs:   understood
-- grain:    row, place
-- params:   is_sum  boolean  whether rows that tell one figure are its parts
-- columns:  row           the row of the file, of a sum the first
--           place         the column of the file, of a sum the first
--           country       country; null: that of the table
--           region        region; null: the whole country
--           stage         how far the complaint went
--           unit          what was counted
--           qualifier     how the number is put; of a sum: exact where all parts are
--           value_low     lowest value; null when no part has one
--           value_high    highest value; null when a part has none
--           period_start  first day counted
--           period_end    last day counted
--           legal_basis   the article; null where parts differ
--           scope         coverage of the count
--           scope_detail  which event, institution, region or part
--           source_url    the document; null where parts differ
-- rule:     per cents are never added up; a sum with an open part is open on that side
with numbered as (
    select
        *,
        case when $is_sum and unit != 'percent' then 0 else row_number() over () end as part
    from understood
)

select
    min(row) as row,
    min(place) as place,
    country,
    region,
    stage,
    unit,
    case
        when count(*) = 1 then any_value(qualifier)
        when bool_and(qualifier = 'exact') then 'exact'
        when bool_and(qualifier in ('exact', 'about')) then 'about'
        when count(value_high) < count(*) then 'at_least'
        when count(value_low) = 0 then 'at_most'
        else 'range'
    end as qualifier,
    case when count(value_low) > 0 then sum(coalesce(value_low, 0)) end as value_low,
    case when count(value_high) = count(*) then sum(value_high) end as value_high,
    period_start,
    period_end,
    case when count(distinct coalesce(legal_basis, '')) = 1 then any_value(legal_basis) end as legal_basis,
    scope,
    scope_detail,
    case when count(distinct coalesce(source_url, '')) = 1 then any_value(source_url) end as source_url
from numbered
group by part, country, region, stage, unit, scope, scope_detail, period_start, period_end
