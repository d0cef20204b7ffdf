-- question: How many were counted for every 100,000 inhabitants, or for every 1,000 prisoners?
-- inputs:   counts, denominators, sources
-- grain:    figure_id
-- measures: rate
-- params:   countries    varchar[] = ''          country codes (ISO 3166-1 alpha-2); empty: all
--           stage        varchar = complaint     the stage counted
--           basis        varchar = population    population, or prison_population
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
-- columns:  country           country code
--           year              calendar year of the count, and of the denominator
--           kind              official, ngo, international or media
--           compiler          who counted
--           stage             the stage counted
--           unit              what was counted
--           low               lowest count
--           high              highest count
--           qualifier         how the source put it
--           period_start      first day counted
--           period_end        last day counted
--           scope             coverage
--           scope_detail      which institution or part
--           basis             population or prison_population
--           denominator_low   lowest number of inhabitants or prisoners of that year; null when none is known
--           denominator_high  highest number
--           denominator_about  a source puts it as «about»
--           is_lagging        only the World Prison Brief gives it, which lags by years
--           figure_id         the count
--           source_id         its document
--           denominator_source_ids  documents of the denominator
--           denominator_publishers  who published them
--           denominator_urls  their addresses
--           period_kind       counted, or window_inferred
-- rule:     like by like: counts of the whole country by its inhabitants, counts in penal institutions by prisoners;
--           whole years only, and a denominator of the same year or none; never a rate, nor a part (the sentenced
--           alone), as denominator; of prisoners the national numbers first, several of one year as the range they
--           span; no doubted count, no repeat, no yearly rate
with countable as (
    select *
    from counts
    where
        unit != 'percent'
        and not is_repeat
        and not coalesce(is_doubted, false)
        and is_whole_year
        and period_kind in ('counted', 'window_inferred')
        and region = ''
        and stage = $stage
        and year between $year_from and $year_to
        and (len($countries::varchar[]) = 0 or list_contains($countries::varchar[], country))
        and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], compiler))
        and (
            ($basis = 'population' and scope = 'all')
            or (
                $basis = 'prison_population'
                and scope in ('institution', 'subset')
                and scope_detail = 'penal_institutions'
            )
        )
),

whole as (
    select
        *,
        kind = 'prison_population' and source_id like 'wpb-%' as is_lagging
    from denominators
    where kind = $basis and kind in ('population', 'prison_population') and coalesce(is_partial, '') != 'yes'
),

nearest as (
    select
        whole.*,
        sources.publisher,
        sources.url
    from whole
    inner join sources using (source_id)
    qualify is_lagging = bool_and(is_lagging) over (partition by country, year)
),

denominator as (
    select
        country,
        year,
        any_value(is_lagging) as is_lagging,
        case when count(value_low) = count(*) then min(value_low) end as low,
        case when count(value_high) = count(*) then max(value_high) end as high,
        bool_or(qualifier = 'about') as is_about,
        list_sort(list(distinct source_id)) as source_ids,
        list_sort(list(distinct publisher)) as publishers,
        list_sort(list(distinct url)) as urls
    from nearest
    group by country, year
)

select
    countable.country,
    countable.year,
    countable.kind,
    countable.compiler,
    countable.stage,
    countable.unit,
    countable.low,
    countable.high,
    countable.qualifier,
    countable.period_start,
    countable.period_end,
    countable.scope,
    countable.scope_detail,
    $basis::varchar as basis,
    denominator.low as denominator_low,
    denominator.high as denominator_high,
    coalesce(denominator.is_about, false) as denominator_about,
    coalesce(denominator.is_lagging, false) as is_lagging,
    countable.figure_id,
    countable.source_id,
    coalesce(denominator.source_ids, []) as denominator_source_ids,
    coalesce(denominator.publishers, []) as denominator_publishers,
    coalesce(denominator.urls, []) as denominator_urls,
    countable.period_kind
from countable
left join denominator on countable.country = denominator.country and countable.year = denominator.year
order by countable.country, countable.kind != 'official', countable.compiler, countable.unit, countable.year, figure_id
