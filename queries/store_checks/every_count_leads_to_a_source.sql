-- question: Which counts lead to no document with an address, and to no list that was uploaded here?
-- inputs:   counts, sources
-- grain:    id
-- columns:  id      the figure
--           value   what stands there
select
    counts.figure_id as id,
    counts.source_id as value
from counts
left join sources on counts.source_id = sources.source_id
where
    sources.source_id is null
    or (coalesce(sources.url, '') = '' and sources.address != 'upload')
    or coalesce(sources.title, '') = ''
