"""The charts: each module here is one, and ends in `CHART`. A new one needs its file, its SQL and its words."""

from importlib import import_module
from pkgutil import iter_modules

from components.chart import Chart

CHARTS: dict[str, Chart] = {
    module.name: import_module(f"components.charts.{module.name}").CHART
    for module in iter_modules(__path__)
    if not module.ispkg
}
# Of all charts, in the order in which an address holds them.
CHOICES = tuple(dict.fromkeys(name for chart in CHARTS.values() for name in chart.choices))
