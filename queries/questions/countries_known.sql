-- question: Which countries have figures, how many, and by whom?
-- inputs:   counts, countries
-- grain:    country
-- params:   none
-- columns:  country          country code
--           figures          figures in all
--           official         of them counted by State bodies
--           ngo              of them counted by NGOs
--           official_primary  of the official ones: read in the State's own document
--           is_reviewed      the breaks of the country have been reviewed
select
    counts.country,
    count(*)::integer as figures,
    (count(*) filter (where counts.kind = 'official'))::integer as official,
    (count(*) filter (where counts.kind = 'ngo'))::integer as ngo,
    (count(*) filter (where counts.kind = 'official' and counts.confidence = 'primary'))::integer as official_primary,
    any_value(countries.breaks_reviewed) = 'yes' as is_reviewed
from counts
inner join countries using (country)
group by counts.country
order by figures desc, counts.country
