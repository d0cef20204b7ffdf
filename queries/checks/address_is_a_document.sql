-- question: Which sources and breaks give a bare host as their address without saying «site only», or no web address?
-- inputs:   sources, breaks
-- grain:    id
-- columns:  id       the source or break
--           column   the column at fault
--           value    what stands there
with address as (
    select
        source_id as id,
        'url' as "column",
        url,
        address
    from sources
    union all
    select
        break_id,
        'source_url',
        source_url,
        address
    from breaks
)

select
    id,
    "column",
    url as value
from address
where
    not regexp_matches(url, '^https?://[^\s/?#@\[\]]+([/?#][^\s\[\]]*)?$')
    or (address = 'document' and regexp_matches(url, '^https?://[^/?#]+/?$'))
