-- question: Which outcomes do the cases of a list have, by the year of their date?
-- inputs:   cases, outcomes
-- grain:    country, year, span_start, span_end, codes
-- params:   has_repeats   boolean  whether a case may have several rows
--           keeps_spans   boolean  whether a date of several years is the period of the whole list
-- columns:  country     country of the case; null: that of the list
--           year        calendar year of the date; null when the list does not say in which year it was
--           span_start  first day of a date of several years that is the period of the list, else null
--           span_end    last day of it
--           codes       bits of the outcomes that the rows of the case name, as `outcomes` numbers them; 0 when none
--                       of its rows names a known one
--           first_day   earliest day that is counted in a year; null without one
--           last_day    latest day of one
--           has_days    one of these dates is finer than a year
--           cases       how many cases, each as often as its weight says
-- rule:     several rows of one case_id are one case: all its outcomes, its earliest year, its greatest weight
-- caveats:  A list that repeats no id is counted without remembering ten million of them.
with dated as not materialized (
    select
        case_id,
        country,
        outcome,
        weight,
        allegation_start as first_day,
        coalesce(allegation_end, allegation_start) as last_day,
        year(allegation_start) = year(coalesce(allegation_end, allegation_start)) as is_one_year
    from cases
),

placed as not materialized (
    select
        case_id,
        country,
        outcome,
        weight,
        case when is_one_year then year(first_day)::integer end as year,
        case when $keeps_spans and not is_one_year then first_day end as span_start,
        case when $keeps_spans and not is_one_year then last_day end as span_end,
        case when is_one_year then first_day end as first_day,
        case when is_one_year then last_day end as last_day,
        -- Days from the first to the last of a whole year are 364 or 365 apart.
        is_one_year and last_day - first_day < 364 as has_days
    from dated
),

tallied as (
    select
        country,
        year,
        span_start,
        span_end,
        outcome,
        min(first_day) as first_day,
        max(last_day) as last_day,
        bool_or(has_days) as has_days,
        sum(weight) as cases
    from placed
    where case_id is null or not $has_repeats
    group by country, year, span_start, span_end, outcome
),

once as (
    select
        tallied.* exclude (outcome),
        coalesce(outcomes.bit, 0)::ubigint as codes
    from tallied
    left join outcomes on tallied.outcome = outcomes.outcome
),

gathered as (
    select
        min(placed.country) as country,
        min(placed.year) as year,
        min(placed.span_start) as span_start,
        max(placed.span_end) as span_end,
        min(placed.first_day) as first_day,
        max(placed.last_day) as last_day,
        bool_or(placed.has_days) as has_days,
        max(placed.weight) as cases,
        bit_or(coalesce(outcomes.bit, 0)::ubigint) as codes
    from placed
    left join outcomes on placed.outcome = outcomes.outcome
    where $has_repeats and placed.case_id is not null
    group by placed.case_id
),

every_case as (
    select * from once
    union all by name
    select * from gathered
)

select
    country,
    year,
    span_start,
    span_end,
    codes,
    min(first_day) as first_day,
    max(last_day) as last_day,
    bool_or(has_days) as has_days,
    sum(cases)::bigint as cases
from every_case
group by country, year, span_start, span_end, codes
