-- question: Who counts, in which country, as what kind of body?
-- inputs:   shipped_compilers, uploads, uploaded_figures
-- grain:    country, compiler
-- columns:  country   country
--           compiler  who counts
--           kind      what kind of body
-- rule:     an organisation that uploads becomes a compiler in each country of its figures, unless it is one already
select *
from shipped_compilers
union all by name
select distinct
    uploaded_figures.country,
    uploads.compiler,
    uploads.kind
from uploads
inner join uploaded_figures
    on uploads.upload_id = uploaded_figures.dataset and uploads.compiler = uploaded_figures.compiler
anti join shipped_compilers
    on uploaded_figures.country = shipped_compilers.country and uploads.compiler = shipped_compilers.compiler
