-- question: What can be chosen for a country?
-- inputs:   counts
-- grain:    field, value, detail
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
-- columns:  field     compiler, scope, first_year or last_year
--           value     the code, or the year as text
--           detail    kind of a compiler; detail of a scope
--           figures   figures behind it
with own as (
    select * from counts where country = $country
)

select
    'compiler' as field,
    compiler as value,
    kind as detail,
    count(*)::integer as figures
from own group by all
union all
select
    'scope',
    scope,
    scope_detail,
    count(*)::integer
from own where region = '' and scope != 'region' group by all
union all
select
    'first_year',
    min(year(period_start))::varchar,
    '',
    count(*)::integer
from own having count(*) > 0
union all
select
    'last_year',
    max(year(period_end))::varchar,
    '',
    count(*)::integer
from own having count(*) > 0
order by field, figures desc, value, detail
