-- question: Which figures are known, shipped with the code or uploaded?
-- inputs:   shipped_figures, uploaded_figures
-- grain:    figure_id
-- columns:  dataset            official, ngo, international, media, or the upload that a figure came from
--           figure_id          id of the figure, never used again for another
--           country            country (ISO 3166-1 alpha-2)
--           region             region (ISO 3166-2); empty: the whole country
--           compiler           who counted, by country
--           stage              how far the complaint went
--           unit               what was counted; percent: a ratio that the source itself states
--           value_low          lowest value that the source allows; empty when it gives none
--           value_high         highest value that the source allows; empty when it gives none
--           qualifier          how the source puts the number
--           period_start       first day counted
--           period_end         last day counted
--           period_kind        counted in the period, a yearly rate, or a window that we inferred
--           legal_basis        the article, as the source names it
--           scope              coverage of the count
--           scope_detail       which event, institution, region or part
--           same_fact_as       the figure that tells the same fact; this one is a repeat
--           denominator_stage  what the per cent of the source is a share of
--           followed_from      the figure whose very complaints this one counts
--           part_of            the total that this figure is part of
--           note               what to know of the figure, in English
--           source_id          the document
--           locator            page or section
--           confidence         the compiler's own document, quoted by another organisation, or the press
--           wording_kept       yes: the sentence of the source was noted down; no: treat as one step less sure
--           doubted            yes: what it counts is in doubt, or wider than torture: in no headline, in no ratio
--           source_url         of an uploaded figure: the address of the document that it was taken from
select *
from shipped_figures
union all by name
select *
from uploaded_figures
