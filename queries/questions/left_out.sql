-- question: How many figures stand on no yearly chart of the whole country, and why?
-- inputs:   counts
-- grain:    reason
-- params:   country      varchar                 country code (ISO 3166-1 alpha-2)
-- columns:  reason       repeat, percent, yearly_rate, region, event, institution, subset, several_years, kept
--           figures      how many
--           inferred     of them with a period that we inferred
-- rule:     the first reason that applies, in the order of the codes above
select
    case
        when is_repeat then 'repeat'
        when unit = 'percent' then 'percent'
        when period_kind = 'yearly_rate' then 'yearly_rate'
        when region != '' or scope = 'region' then 'region'
        when scope != 'all' then scope
        when year is null then 'several_years'
        else 'kept'
    end as reason,
    count(*)::integer as figures,
    (count(*) filter (where period_kind = 'window_inferred'))::integer as inferred
from counts
where country = $country
group by reason
order by reason = 'kept', figures desc, reason
