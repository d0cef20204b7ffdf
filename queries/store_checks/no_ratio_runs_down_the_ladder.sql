-- question: Which ratios have a numerator that is not a later stage than their denominator?
-- inputs:   ratios, stages
-- grain:    id
-- columns:  id      the two figures
--           value   the two stages
select
    concat_ws(' / ', ratios.numerator_id, ratios.denominator_id) as id,
    concat_ws(' / ', ratios.numerator_stage, ratios.denominator_stage) as value
from ratios
left join stages as later on ratios.numerator_stage = later.stage
left join stages as earlier on ratios.denominator_stage = earlier.stage
left join stages as hanger on later.hangs_on = hanger.stage
where
    earlier.rung is null
    or coalesce(later.rung, hanger.rung + 0.5, 0) <= earlier.rung
