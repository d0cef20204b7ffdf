-- question: Which documents do the figures of a country rest on?
-- inputs:   counts, sources
-- grain:    source_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
-- columns:  source_id     the document
--           title         its title, in its own language
--           publisher     who published it
--           published_on  when: a year, month or day; null when undated
--           language      of the document
--           source_kind   official, government, un, ngo, press
--           url           its address
--           address       document, or site only
--           figures       figures that rest on it
--           figure_ids    their ids
select
    sources.source_id,
    sources.title,
    sources.publisher,
    sources.published_on,
    sources.language,
    sources.kind as source_kind,
    sources.url,
    sources.address,
    count(*)::integer as figures,
    list(counts.figure_id order by counts.figure_id) as figure_ids
from counts
inner join sources using (source_id)
where counts.country = $country
group by all
order by figures desc, sources.source_id
