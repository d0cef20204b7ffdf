-- question: Which ratios mix countries, places, coverages, periods, compilers or units beyond what their grade says?
-- inputs:   ratios, counts
-- grain:    id
-- columns:  id      the two figures
--           value   the grade
-- rule:     stated anew from the figures themselves, not from the mart that graded them
select
    concat_ws(' / ', ratios.numerator_id, ratios.denominator_id) as id,
    coalesce(ratios.grade, 'published') as value
from ratios
left join counts as n on ratios.numerator_id = n.figure_id
left join counts as d on ratios.denominator_id = d.figure_id
where
    n.figure_id is null
    or (ratios.grade is null and n.unit != 'percent')
    or (
        ratios.grade is not null
        and (
            d.figure_id is null
            or n.unit = 'percent'
            or d.unit = 'percent'
            or n.country != d.country
            or n.region != d.region
            or n.scope != d.scope
            or n.scope_detail != d.scope_detail
            or n.is_repeat
            or d.is_repeat
            or n.period_kind = 'yearly_rate'
            or d.period_kind = 'yearly_rate'
            or (
                (n.period_start != d.period_start or n.period_end != d.period_end)
                and n.followed_from is distinct from d.figure_id
            )
            or (ratios.grade in ('A', 'B') and n.compiler != d.compiler)
            or (
                ratios.grade in ('A', 'B')
                and (n.compiler like '%\_unspecified' escape '\' or n.compiler like '%\_unnamed' escape '\')
                and n.source_id != d.source_id
            )
            or (ratios.grade in ('A', 'C') and n.unit != d.unit)
            or (ratios.grade = 'B' and n.unit = d.unit)
        )
    )
