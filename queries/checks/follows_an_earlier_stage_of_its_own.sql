-- question: Which figures follow, or are part of, a figure that they cannot come from?
-- inputs:   figures, stages
-- grain:    id, column
-- columns:  id       the figure
--           column   the column at fault
--           value    what stands there
-- rule:     followed: same country, same compiler or one document that tells both, an earlier rung;
--           part of: same country and stage, not above its total in the same unit; neither points at itself
with placed as (
    select
        figures.*,
        coalesce(stages.rung, hanger.rung + 0.5, 9) as rung
    from figures
    inner join stages on figures.stage = stages.stage
    left join stages as hanger on stages.hangs_on = hanger.stage
)

select
    later.figure_id as id,
    'followed_from' as "column",
    later.followed_from as value
from placed as later
inner join placed as earlier on later.followed_from = earlier.figure_id
where
    later.country != earlier.country
    or (later.compiler != earlier.compiler and later.source_id != earlier.source_id)
    or later.rung <= earlier.rung
union all
select
    part.figure_id,
    'part_of',
    part.part_of
from placed as part
inner join placed as total on part.part_of = total.figure_id
where
    part.figure_id = total.figure_id
    or part.country != total.country
    or part.stage != total.stage
    or (part.unit = total.unit and part.value_low > total.value_high)
