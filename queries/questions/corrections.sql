-- question: Which published figures were corrected, or kept although they were doubted, and why?
-- inputs:   corrections, counts, sources
-- grain:    figure_id, field
-- params:   figure_ids   varchar[] = ''          the figures asked for; empty: all
-- columns:  figure_id     the figure
--           country       country code
--           compiler      who counted, as corrected
--           kind          official, ngo, international or media
--           stage         the stage counted
--           unit          what was counted, as corrected
--           denominator_stage  what a published per cent is a share of
--           low           lowest value, as corrected
--           high          highest value, as corrected
--           qualifier     how the source put it
--           period_start  first day counted
--           period_end    last day counted
--           field         the column that was corrected
--           was           what was published before; empty: nothing
--           value         what is published now; the same where it was kept
--           reason        why, in English
--           corrected_on  when: a year, month or day
--           noticed_by    project, reader, or original: the document of who counted
--           status        corrected, or kept: a known conflict
--           source_id     the document that shows it
--           title         its title, in its own language
--           publisher     who published it
--           published_on  when: a year, month or day; null when undated
--           language      of the document
--           url           its address
--           address       document or site only
-- rule:     the latest first
select
    corrections.figure_id,
    counts.country,
    counts.compiler,
    counts.kind,
    counts.stage,
    counts.unit,
    counts.denominator_stage,
    counts.low,
    counts.high,
    counts.qualifier,
    counts.period_start,
    counts.period_end,
    corrections.field,
    coalesce(corrections.was, '') as was,
    coalesce(corrections.value, '') as value,
    corrections.reason,
    corrections.corrected_on,
    corrections.noticed_by,
    corrections.status,
    corrections.source_id,
    sources.title,
    sources.publisher,
    sources.published_on,
    sources.language,
    sources.url,
    sources.address
from corrections
inner join counts on corrections.figure_id = counts.figure_id
inner join sources on corrections.source_id = sources.source_id
where
    len($figure_ids::varchar[]) = 0
    or list_contains($figure_ids::varchar[], corrections.figure_id)
order by corrections.corrected_on desc, counts.country != 'KZ', corrections.figure_id, corrections.field
