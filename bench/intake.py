"""How long a list of cases takes from a CSV to a published version, beside plain DuckDB, pandas and sqlite-utils.

python -m bench.intake [rows]        10 million by default; the list is synthetic, and every process starts anew
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from data.intake.reading import Source
from data.intake.recipe import Recipe
from data.intake.session import Intake
from data.store import open_store
from data.store.lake import attach_lake
from queries.catalog import query

LARGE, SMALL, OTHERS = 10_000_000, 10_000, 1_000_000
ROUNDS = 3
TODAY = date(2026, 11, 24)
HEADER = (
    "Номер,Заявитель,Дата обращения,Область,Место,Орган,Статья,Результат,Дата решения,Пол,Возраст,Количество,Примечание"
)
REGIONS = ("Карагандинская область", "г. Алматы", "Шымкент", "г. Астана")
PLACES = ("отдел полиции", "СИЗО", "колония")
AGENCIES = ("полиция", "КУИС", "КНБ")
OUTCOMES = {
    "жалоба": "complaint",
    "не подтвердилось": "refused",
    "прекращено": "terminated",
    "направлено в суд": "sent_to_court",
    "осужден": "convicted",
}
RECIPE = Recipe(
    "cases",
    columns={
        "Номер": "case_id",
        "Дата обращения": "allegation_date",
        "Результат": "outcome",
        "Дата решения": "decided_on",
        "Количество": "weight",
    },
    values={"outcome": OUTCOMES},
    constants={"country": "KZ"},
    totals=("word",),
)


def main(arguments: list[str]) -> int:
    """Measure and print; with a name, do that one thing and print what it took as JSON."""
    if arguments and arguments[0] in TASKS:
        if arguments[0] == "ours":  # a store is built once, and published to many times
            open_store(Path(arguments[2]) / "store").close()
        began = time.perf_counter()
        told = TASKS[arguments[0]](Path(arguments[1]), Path(arguments[2])) or {}
        used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        peak = max(used) / 1024
        print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak, **told}))
        return 0
    rows = int(arguments[0]) if arguments else LARGE
    with tempfile.TemporaryDirectory() as folder:
        large, others, small = (Path(folder) / f"{n}.csv" for n in (rows, OTHERS, SMALL))
        for path, n in ((large, rows), (others, min(OTHERS, rows)), (small, SMALL)):
            write(path, n)
        print(f"A synthetic list of {rows:,} cases, {large.stat().st_size / 2**20:,.0f} MiB; median of {ROUNDS} runs")
        plain = best("plain", large, folder)
        ours = best("ours", large, folder)
        say("plain DuckDB: sniffed, into a DuckLake table", plain)
        say("ours: read, screened, checked, published", ours)
        print(f"  ratio {ours['seconds'] / plain['seconds']:.2f}, bar at most 1.20; peak bar 2,048 MiB")
        print(f"The same kind of list, {min(OTHERS, rows):,} rows")
        for name, words in (
            ("ours", "ours, all checks"),
            ("pandas", "pandas, none"),
            ("sqlite_utils", "sqlite-utils, none"),
        ):
            say(words, best(name, others, folder, rounds=1))
        few, many = best("asked", small, folder, rounds=1), best("asked", large, folder, rounds=1)
        print(f"Each question over {SMALL:,} and over {rows:,} rows, median of 30       bars: 50 ms, 1.5 times")
        for name in few["questions"]:
            a, b = few["questions"][name], many["questions"][name]
            print(f"  {name:28}{a:7.1f} ms {b:7.1f} ms  {b / a:5.2f}")
    return 0


def write(path: Path, rows: int) -> None:
    """A list that nobody kept: every row by chance, the same on every machine."""
    chance = random.Random(rows)
    days = [date.fromordinal(date(2015, 1, 1).toordinal() + n).strftime("%d.%m.%Y") for n in range(3_600)]
    outcomes = list(OUTCOMES)
    blocks = [
        f",Синтетик {n % 977},{days[n % 3400]},{chance.choice(REGIONS)},{chance.choice(PLACES)},"
        f"{chance.choice(AGENCIES)},{chance.choice(('146', '362'))},{chance.choice(outcomes)},{days[n % 3400 + 90]},"
        f"{chance.choice('жм')},{chance.randint(14, 80)},1,по заявлению\n"
        for n in range(34_000)
    ]
    with path.open("w", encoding="utf8") as file:
        file.write(HEADER + "\n")
        for start in range(0, rows, 34_000):
            file.write("".join(f"K-{start + n}{blocks[n]}" for n in range(min(34_000, rows - start))))


def best(task: str, path: Path, folder: str, rounds: int = ROUNDS) -> dict:
    """What a task took: the median of so many runs in processes of their own."""
    took = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(dir=folder) as own:
            call = [sys.executable, "-m", "bench.intake", task, str(path), own]
            took.append(json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout))
    return sorted(took, key=lambda one: one["seconds"])[len(took) // 2]


def say(words: str, took: dict) -> None:
    print(f"  {words:48}{took['seconds']:7.1f} s   peak {took['peak']:7,.0f} MiB", flush=True)


def plain(path: Path, own: Path) -> None:
    """What DuckDB alone takes to read it, types sniffed, into the same kind of store."""
    con = attach_lake(own)
    con.execute("create table lake.listed as from read_csv($1)", [str(path)])
    con.close()


def ours(path: Path, own: Path) -> dict:
    """The whole way, as `python -m data publish` goes it; where the time went is told too."""
    laps, began = {}, time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        laps[name] = time.perf_counter() - began
        began = time.perf_counter()

    store = open_store(own / "store")
    lap("open")
    made = Intake(store, Source.at(path), today=TODAY, recipe=RECIPE, size_most=None)
    lap("read and screen")
    made.check(RECIPE)
    lap("check")
    said = {"organisation": "Synthetic", "author": "bench", "message": "synthetic", "language": "ru"}
    upload = made.upload(**said)
    lap("last look")
    store.publish(upload)
    lap("publish")
    made.close()
    store.close()
    return {"laps": laps}


def asked(path: Path, own: Path) -> dict:
    """Each question of the pages on a store that holds the list."""
    ours(path, own)
    store = open_store(own / "store")
    given = {"country": "KZ", "stage": "complaint", "year_from": 2007, "year_to": 2026, "compilers": [], "scope": "all"}
    took = {}
    for name in ("allegations_by_year", "stage_ratio", "yearly_lines", "coverage", "rival_claims", "filter_values"):
        params = {key: value for key, value in given.items() if key in query(name).params}
        times = []
        for _ in range(30):
            began = time.perf_counter()
            store.ask(name, **params)
            times.append((time.perf_counter() - began) * 1000)
        took[name] = statistics.median(times)
    store.close()
    return {"questions": took}


def pandas(path: Path, own: Path) -> None:
    import pandas as library

    library.read_csv(path).to_parquet(own / "listed.parquet")


def sqlite_utils(path: Path, own: Path) -> None:
    call = [sys.executable, "-m", "sqlite_utils", "insert", str(own / "listed.db"), "listed", str(path), "--csv"]
    subprocess.run(call, check=True)


TASKS = {"plain": plain, "ours": ours, "asked": asked, "pandas": pandas, "sqlite_utils": sqlite_utils}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
