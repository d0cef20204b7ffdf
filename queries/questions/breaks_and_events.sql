-- question: Which dates cut a series, and which events stand beside it?
-- inputs:   breaks
-- grain:    break_id
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
-- columns:  break_id       the break or event
--           starts_on      its date
--           date_precision  day, month or year
--           kind           law, competence, counting, mechanism, review, event
--           breaks_series  a series may not be compared with itself across it
--           stages         stages concerned, separated by |; empty: all
--           compiler_kinds  kinds of compiler concerned, separated by |; empty: all
--           what           what changed, in English
--           source_title   the document
--           source_url     its address
--           address        document, or site only
select
    break_id,
    starts_on,
    date_precision,
    kind,
    breaks_series = 'yes' as breaks_series,
    coalesce(stages, '') as stages,
    coalesce(compiler_kinds, '') as compiler_kinds,
    what,
    source_title,
    source_url,
    address
from breaks
where country = $country and year(starts_on) between $year_from and $year_to
order by starts_on, break_id
