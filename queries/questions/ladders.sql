-- question: For which compiler, coverage and period can a ladder from complaint to conviction be drawn?
-- inputs:   counts, stages
-- grain:    compiler, document, scope, scope_detail, period_start, period_end
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
--           year_from    integer = 1900          first calendar year
--           year_to      integer = 2100          last calendar year
--           compilers    varchar[] = ''          who counted; empty: all
-- columns:  compiler      who counted
--           document      the one document of a compiler that is not named; empty when it is named
--           scope         coverage
--           scope_detail  which event, institution or part
--           is_event      the ladder takes each rung's latest figure
--           period_start  first day (of an event: of its first figure)
--           period_end    last day (of an event: of its latest figure)
--           rungs         rungs of the ladder that have a figure
-- rule:     at least two stages, one of them a rung of the ladder below the first
with countable as (
    select
        counts.compiler,
        case
            when
                counts.compiler like '%\_unspecified' escape '\' or counts.compiler like '%\_unnamed' escape '\'
                then counts.source_id
            else ''
        end as document,
        counts.scope,
        counts.scope_detail,
        counts.scope = 'event' as is_event,
        counts.period_start,
        counts.period_end,
        counts.stage,
        stages.role
    from counts
    inner join stages using (stage)
    where
        counts.country = $country
        and counts.region = ''
        and counts.unit != 'percent'
        and not counts.is_repeat
        and not coalesce(counts.is_doubted, false)
        and counts.period_kind != 'yearly_rate'
        and stages.role in ('ladder', 'way_out')
        and year(counts.period_end) >= $year_from
        and year(counts.period_start) <= $year_to
        and (len($compilers::varchar[]) = 0 or list_contains($compilers::varchar[], counts.compiler))
)

select
    compiler,
    document,
    scope,
    scope_detail,
    is_event,
    min(period_start) as period_start,
    max(period_end) as period_end,
    (count(distinct stage) filter (where role = 'ladder'))::integer as rungs
from countable
group by
    compiler,
    document,
    scope,
    scope_detail,
    is_event,
    case when not is_event then period_start end,
    case when not is_event then period_end end
having count(distinct stage) >= 2 and rungs >= 1
order by rungs desc, period_end desc, compiler, scope, scope_detail, document, period_start
