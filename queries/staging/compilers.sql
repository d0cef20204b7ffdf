-- question: Who counts, in which country, as what kind of body?
-- inputs:   shipped_compilers, uploads
-- grain:    country, compiler
-- columns:  country   country
--           compiler  who counts
--           kind      what kind of body
-- rule:     an organisation that uploads becomes a compiler, unless it is one already
select *
from shipped_compilers
union all by name
select distinct
    uploads.country,
    uploads.compiler,
    uploads.kind
from uploads
anti join shipped_compilers
    on uploads.country = shipped_compilers.country and uploads.compiler = shipped_compilers.compiler
