-- question: How far did the cases of a list get, by the year of the allegation?
-- inputs:   cases, stages
-- grain:    year, stage, beside
-- params:   has_repeats  boolean  whether a case may have several rows
-- columns:  year        calendar year of the allegation; null when the list does not say in which year it was
--           stage       the furthest stage reached, a rung or a way out; null when a row names no known stage
--           beside      other stages met on the way, separated by |
--           first_day   earliest day of an allegation that is counted in a year; null without one
--           last_day    latest day of one
--           has_days    one of these dates is finer than a year
--           cases       how many cases, each as often as its weight says
-- rule:     several rows of one case_id are one case: its furthest stage, its earliest year, its greatest weight;
--           of two stages at one rung the one of cases (sent_to_court), of two ways out there the final one
-- caveats:  A list that repeats no id is counted without remembering ten million of them.
with point as (
    select
        stages.stage,
        stages.role,
        case
            when stages.role != 'other'
                then rank() over (
                    order by stages.role = 'other', coalesce(stages.rung, hanger.rung + 0.5), stages.stage
                )
        end as place,
        case when stages.role = 'other' then row_number() over (partition by stages.role order by stages.stage) end
            as number_beside
    from stages
    left join stages as hanger on stages.hangs_on = hanger.stage
),

judged as (
    select
        stage,
        coalesce(place, min(place) over ())::utinyint as place,
        coalesce(1 << (number_beside - 1)::integer, 0)::uinteger as beside
    from point
),

spanned as not materialized (
    select
        case_id,
        outcome,
        weight,
        allegation_start as first_day,
        coalesce(allegation_end, allegation_start) as last_day
    from cases
),

dated as not materialized (
    select
        *,
        case when year(first_day) = year(last_day) then year(first_day)::integer end as year,
        -- Days from the first to the last of a whole year are 364 or 365 apart.
        year(first_day) = year(last_day) and last_day - first_day < 364 as has_days
    from spanned
),

tallied as (
    select
        outcome,
        year,
        min(first_day) as first_day,
        max(last_day) as last_day,
        bool_or(has_days) as has_days,
        sum(weight) as cases
    from dated
    where case_id is null or not $has_repeats
    group by outcome, year
),

once as (
    select
        tallied.year,
        judged.place,
        judged.beside,
        case when tallied.year is not null then tallied.first_day end as first_day,
        case when tallied.year is not null then tallied.last_day end as last_day,
        tallied.has_days,
        tallied.cases
    from tallied
    left join judged on tallied.outcome = judged.stage
),

gathered as (
    select
        dated.case_id,
        min(dated.year) as year,
        max(judged.place) as place,
        bit_or(judged.beside) as beside,
        min(dated.first_day) filter (where dated.year is not null) as first_day,
        max(dated.last_day) filter (where dated.year is not null) as last_day,
        bool_or(dated.has_days) as has_days,
        max(dated.weight) as cases
    from dated
    left join judged on dated.outcome = judged.stage
    where $has_repeats and dated.case_id is not null
    group by dated.case_id
),

every_case as (
    select * from once
    union all by name
    select * exclude (case_id) from gathered
)

select
    every_case.year,
    (
        select point.stage
        from point
        where point.place = every_case.place
    ) as stage,
    coalesce((
        select string_agg(point.stage, '|' order by point.stage)
        from point
        where every_case.beside & (1 << (point.number_beside - 1)::integer)::uinteger != 0
    ), '') as beside,
    min(every_case.first_day) as first_day,
    max(every_case.last_day) as last_day,
    bool_or(every_case.has_days) as has_days,
    sum(every_case.cases)::bigint as cases
from every_case
group by every_case.year, every_case.place, every_case.beside
