-- question: How far did the cases of each list get, by the year of the allegation?
-- inputs:   cases, uploads, stages
-- grain:    upload_id, year, stage, beside
-- columns:  upload_id   the list
--           year        calendar year of the allegation; null when the list does not say in which year it was
--           stage       the furthest stage reached, a rung or a way out; null when a row names no known stage
--           beside      other stages met on the way, separated by |
--           first_day   earliest day of an allegation that is counted in a year; null without one
--           last_day    latest day of one
--           cases       how many cases, each as often as its weight says
-- rule:     several rows of one case_id are one case: its furthest stage, its earliest year, its greatest weight;
--           of two stages at one rung the one of cases (sent_to_court), of two ways out there the final one
-- caveats:  A list that repeats no id says so (has_repeats), and is counted without remembering ten million ids.
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

dated as not materialized (
    select
        upload_id,
        case_id,
        outcome,
        weight,
        case
            when year(allegation_start) = year(coalesce(allegation_end, allegation_start))
                then year(allegation_start)::integer
        end as year,
        allegation_start as first_day,
        coalesce(allegation_end, allegation_start) as last_day
    from cases
),

tallied as (
    select
        upload_id,
        outcome,
        year,
        min(first_day) as first_day,
        max(last_day) as last_day,
        sum(weight) as cases
    from dated
    where case_id is null or upload_id not in (select uploads.upload_id from uploads where uploads.has_repeats)
    group by upload_id, outcome, year
),

once as (
    select
        tallied.upload_id,
        tallied.year,
        judged.place,
        judged.beside,
        case when tallied.year is not null then tallied.first_day end as first_day,
        case when tallied.year is not null then tallied.last_day end as last_day,
        tallied.cases
    from tallied
    left join judged on tallied.outcome = judged.stage
),

gathered as (
    select
        dated.upload_id,
        dated.case_id,
        min(dated.year) as year,
        max(judged.place) as place,
        bit_or(judged.beside) as beside,
        min(dated.first_day) filter (where dated.year is not null) as first_day,
        max(dated.last_day) filter (where dated.year is not null) as last_day,
        max(dated.weight) as cases
    from dated
    inner join uploads on dated.upload_id = uploads.upload_id and uploads.has_repeats
    left join judged on dated.outcome = judged.stage
    where dated.case_id is not null
    group by dated.upload_id, dated.case_id
),

every_case as (
    select * from once
    union all by name
    select * exclude (case_id) from gathered
)

select
    every_case.upload_id,
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
    sum(every_case.cases)::bigint as cases
from every_case
group by every_case.upload_id, every_case.year, every_case.place, every_case.beside
