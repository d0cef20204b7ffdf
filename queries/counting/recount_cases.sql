-- question: How many cases does the text of a list hold, by year and stage, counted by another path?
-- inputs:   recounted, outcome_words, stages
-- grain:    year, stage
-- params:   has_repeats   boolean    whether a case may have several rows
--           has_dates     boolean    whether a column says when
--           counts_all    boolean    whether every case is a complaint
--           no_ids        varchar[]  what stands for an id where a case has none
--           nought        varchar    pattern of decimals that say nothing: 12,0
--           implied_ways  varchar[]  ways out that say that the stages before them were reached
-- columns:  year   calendar year, as four digits of the cell or a day's number of Excel; -1 without a column of dates
--           stage  stage
--           least  cases of the year that reached it
--           most   those and the cases whose year this path can't tell
-- rule:     written apart from cohorts and case_figures, for a comparison: who got further passed every rung before
-- caveats:  the row with a null year is left out; a cell with two years has none
with read as (
    select
        case when not list_contains($no_ids::varchar[], recounted.case_id) then recounted.case_id end as case_id,
        case
            when not $has_dates then -1
            when len(list_distinct(regexp_extract_all(recounted.day, '(?:^|\D)((?:19|20)\d\d)(?:\D|$)', 1))) = 1
                then regexp_extract(recounted.day, '(?:^|\D)((?:19|20)\d\d)(?:\D|$)', 1)::integer
            when regexp_full_match(trim(recounted.day), '[34]\d{4}(?:[.,]\d+)?')
                then year(date '1899-12-30' + left(trim(recounted.day), 5)::integer)
            when regexp_full_match(trim(recounted.day), '(?:19|20)\d{6}') then left(trim(recounted.day), 4)::integer
        end as year,
        not $has_dates or regexp_matches(coalesce(recounted.day, ''), '\w') as has_day,
        case
            when recounted.weight is null then 1
            else coalesce(
                try_cast(regexp_replace(regexp_replace(recounted.weight, $nought, ''), '\D', '', 'g') as bigint), 0
            )
        end as cases,
        coalesce(outcome_words.code, '') as code
    from recounted
    left join outcome_words on recounted.outcome = outcome_words.word
),

once as (
    select
        year,
        has_day,
        [code] as codes,
        sum(cases) as cases
    from read
    where not $has_repeats or case_id is null
    group by year, has_day, code
),

gathered as (
    select
        min(year) as year,
        bool_or(has_day) as has_day,
        list_distinct(list(code)) as codes,
        max(cases) as cases
    from read
    where $has_repeats and case_id is not null
    group by case_id
),

every_case as (
    select * from once
    union all by name
    select * from gathered
),

placed as (
    select
        stages.stage,
        stages.role,
        coalesce(stages.rung::double, hanger.rung + 0.5) as place
    from stages
    left join stages as hanger on stages.hangs_on = hanger.stage
),

reaching as (
    select
        passed.stage,
        list(furthest.stage) as by_codes,
        any_value(passed.role) = 'way_out' as is_end,
        any_value(passed.place) as place
    from placed as passed
    inner join placed as furthest
        on
            passed.stage = furthest.stage
            or (
                passed.role = 'ladder'
                and (furthest.role = 'ladder' or list_contains($implied_ways::varchar[], furthest.stage))
                and (
                    passed.place < furthest.place
                    or (passed.stage = 'prosecuted' and furthest.stage = 'sent_to_court')
                )
            )
    group by passed.stage
),

matched as (
    select
        every_case.year,
        every_case.has_day,
        every_case.cases,
        reaching.stage
    from every_case
    cross join reaching
    where
        (reaching.stage = 'complaint' and $counts_all)
        or (
            list_has_any(every_case.codes, reaching.by_codes)
            and not (
                reaching.is_end
                and exists (
                    select 1
                    from placed
                    where
                        list_contains(every_case.codes, placed.stage)
                        and (
                            placed.place > reaching.place
                            or (
                                placed.place = reaching.place
                                and placed.role = 'way_out'
                                and placed.stage > reaching.stage
                            )
                        )
                )
            )
        )
),

undecided as (
    select
        stage,
        sum(cases) as cases
    from matched
    where year is null and has_day
    group by stage
)

select
    matched.year,
    matched.stage,
    sum(matched.cases)::bigint as least,
    (sum(matched.cases) + coalesce(any_value(undecided.cases), 0))::bigint as most
from matched
left join undecided on matched.stage = undecided.stage
group by matched.year, matched.stage
