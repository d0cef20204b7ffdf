-- question: Whose own lists stand in this version?
-- inputs:   uploads
-- grain:    compiler
-- params:   none
-- columns:  compiler       code of the organisation
--           organisation   its name, as it gave it last
select
    compiler,
    arg_max(organisation, published_at) as organisation
from uploads
group by compiler
order by compiler
