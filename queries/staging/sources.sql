-- question: Which documents and uploads are known?
-- inputs:   shipped_sources, uploads
-- grain:    source_id
-- columns:  source_id     id of the document, or of the upload
--           title         its title, in its own language; of an upload: what its author said of it
--           publisher     who published it
--           published_on  a year, a month or a day, of an upload its second; null when undated
--           language      its language (ISO 639-1)
--           url           its address; empty for an upload, which lies in the store and nowhere else
--           address       document, site only, or upload
--           kind          official, government, un, ngo or press
select *
from shipped_sources
union all by name
select
    upload_id as source_id,
    coalesce(nullif(message, ''), organisation) as title,
    organisation as publisher,
    published_at as published_on,
    language,
    '' as url,
    'upload' as address,
    case kind when 'international' then 'un' when 'media' then 'press' else kind end as kind
from uploads
