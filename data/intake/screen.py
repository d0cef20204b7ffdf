"""The personal-data gate: what in a file could point to a person, by column and kind, and what settles it.

Two steps. DuckDB finds the distinct cells that may hold something, by patterns wider than the rules (suspects.py);
Python judges only those, by `kinds` (rules.py), the one place where the rules stand.

Names are found by what common knowledge says (names.toml), so a rare name in the middle of a text can be missed:
the gate is a help to the analyst and no proof. Nothing here logs a cell or puts one into an error.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import duckdb

from data.errors import DashboardError
from data.intake import reading
from data.intake.letters import folded, normal
from data.intake.names import WORD, headers, is_full_name, is_place, is_place_header, known_words
from data.intake.rules import BARE, check_digit, is_iin, is_plain_early_day, kinds
from data.intake.suspects import any_digit, conditions

__all__ = [
    "Finding",
    "ScreenFailed",
    "Settlement",
    "check_digit",
    "findings",
    "guard",
    "is_iin",
    "kinds",
    "mask",
    "settle",
]

# A settled column holds no cell of these: each names a person, and no reason makes it anything else.
STRONG = ("iin", "state_number", "document", "phone", "email", "online", "plate")
WEAK = ("name", "address", "one_person", "case_number", "free_text")
KINDS = (*STRONG, "birth_date", *WEAK)
GUARDED = {*STRONG, "birth_date", "name", "one_person", "case_number"}

# Distinct cells of one column that are judged one by one; beyond them a count is scaled up and says so.
JUDGED = 20_000
BATCH = 10_000  # rows fetched at a time
# In one statement, so that the patterns are compiled once for them all; each takes 2 MB of the engine until it ends.
COLUMNS_AT_ONCE = 50
# Rows at the start, in the middle and at the end that show what kind of column it is.
WINDOW = 700
# With fewer rows, or a quarter as many different cells as rows, distinct cells are cheaper than all of them.
SMALL = 50_000
MOST = 0.5
# A year before that of the first allegation that is taken, and how many of a column's cells must be days to tell.
DAYS_FROM, MOSTLY = 1991, 0.8
# Of numbers that nobody holds so many pass for somebody's by chance: every eleventh of ten digits has the check digit.
BY_CHANCE = 0.25
LONG, VERY_LONG = 60, 400
# What a cell may hold, as the engine sees it: nothing; what cells that differ in digits alone share; numbers and signs;
# a number that a check digit alone tells.
PEOPLE, SIGNS, NUMBERS = 1, 2, 3
DIGIT = re.compile("[0-9]")
# What no reason dismisses.
DECISIVE = {*STRONG, "birth_date"}
EXAMPLES = 3


class ScreenFailed(DashboardError):
    """The screen could not be done. Nothing of the file is in it."""

    section = "error"
    code = "screen_failed"


@dataclass(frozen=True)
class Finding:
    """One kind of personal data in one column.

    `cells` counts them; `about` says that the count is scaled up, or is that of all filled cells of a column most of
    which hold it. `in_header`: the header itself holds it, `cells` is 0 and `header` is masked: it is shown and
    kept so. `examples` are masked. `options` are the ways that settle it.
    """

    column: int
    header: str
    kind: str
    cells: int
    examples: tuple[str, ...]
    options: tuple[str, ...]
    about: bool = False
    in_header: bool = False


@dataclass(frozen=True)
class Settlement:
    """What was decided about one kind in one column: how is `leave_out` or `not_personal`.

    Made by `settle`, which refuses what does not settle the finding.
    """

    column: int
    kind: str
    how: str
    reason: str = ""


def findings(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], columns: Iterable[int] | None = None
) -> list[Finding]:
    """Personal data in table `file` of the current database, and in its headers, by column and kind.

    `columns`: only these are looked at (the others are not read in). Raises ScreenFailed.
    """
    looked_at = list(range(len(headers)) if columns is None else columns)
    seen = _looked(con, "file", {f"c{column}": declared(headers[column]) for column in looked_at})
    found = []
    for column in looked_at:
        header, cells = headers[column], seen[f"c{column}"]
        held = kinds(header)
        shown = mask(header) if held else header
        found += [Finding(column, shown, kind, 0, (mask(header),), _options(kind), in_header=True) for kind in held]
        found += [
            Finding(column, shown, kind, n, cells.examples(kind), _options(kind, kind in cells.many), about)
            for kind, (n, about) in cells.counts().items()
        ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda finding: (finding.column, order[finding.kind], finding.in_header))


def guard(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The last look at rows about to be stored: (column, kind) of what must not be in them; none is right.

    Columns that are not text are passed over. Raises ScreenFailed.
    """
    try:
        types = {name: str(kind) for name, kind, *_ in con.execute(f"describe {_name(table)}").fetchall()}
        texts = [name for name in columns if types.get(name, "VARCHAR") == "VARCHAR"]
        if not texts:
            return []
        # As a reader of an address sees it: «%D0%98» is a letter.
        plain = ", ".join(f"coalesce(try(url_decode({name})), {name}) as {name}" for name in map(_name, texts))
        con.execute(f"create or replace temp view guarded as select * replace ({plain}) from {_name(table)}")
    except duckdb.Error:
        raise ScreenFailed from None
    seen = _looked(con, "guarded", {name: frozenset() for name in texts})
    held = {name: cells.counts().keys() & GUARDED for name, cells in seen.items()}
    return [(name, kind) for name in seen for kind in KINDS if kind in held[name]]


def settle(finding: Finding, how: str, reason: str = "") -> Settlement:
    """What settles a finding. Raises ValueError with a code: `not_offered`, `reason_missing`, `reason_is_personal`."""
    if how not in finding.options:
        raise ValueError("not_offered")
    if how == "not_personal":
        if not reason.strip():
            raise ValueError("reason_missing")
        if kinds(reason):
            raise ValueError("reason_is_personal")
    return Settlement(finding.column, finding.kind, how, reason.strip())


def open(found: Iterable[Finding], settlements: Iterable[Settlement]) -> list[Finding]:
    """The findings that nothing settles yet; publishing is closed until there are none.

    A column that is left out is settled whole; a reason settles its own kind. A settlement that its finding does not
    offer settles nothing.
    """
    found, settlements = list(found), list(settlements)
    offered = {(finding.column, finding.kind, option) for finding in found for option in finding.options}
    valid = [s for s in settlements if (s.column, s.kind, s.how) in offered]
    whole = {s.column for s in valid if s.how == "leave_out"}
    reasoned = {(s.column, s.kind) for s in valid if s.how == "not_personal" and s.reason.strip()}
    return [f for f in found if f.column not in whole and (f.column, f.kind) not in reasoned]


def _options(kind: str, many: bool = False) -> tuple[str, ...]:
    return ("leave_out", "not_personal") if kind in WEAK and not many else ("leave_out",)


def mask(text: str) -> str:
    """The shape of a cell: letters as •, digits as #, the first letter of a long word kept, at most 40 signs.

    Runs are cut to six signs, so that a length does not tell a name either.
    """

    def run(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return "#" * min(len(word), 6)
        return (word[0] if len(word) > 2 else "•") + "•" * (min(len(word), 6) - 1)

    shape = re.sub(r"\d+|[^\W\d_]+", run, normal(text.strip()[:VERY_LONG])[:200])
    shape = "".join(
        letter if letter in " .,;:–—-()[]«»@+/#№•'\"_" or letter.isalpha() else "•"
        for letter in shape.replace("\n", " ")
    )
    return shape[:40] + ("…" if len(shape) > 40 else "")


# Columns ----------------------------------------------------------------------------


def declared(header: str) -> frozenset[str]:
    """The kinds that a header says its column holds: ФИО, аты-жөні, date of birth …; and PLACE, which is none."""
    said = " ".join(re.findall(r"[^\W_]+", folded(normal(header[:VERY_LONG]))))
    kinds_said = {kind for kind, (whole, holds) in headers().items() if said in whole or (said and holds.search(said))}
    return frozenset(kinds_said | ({PLACE} if is_place_header(said) else set()))


def _told(kind: str, cell: str) -> bool:
    """A cell below a header that declares the kind holds it, by its mere shape."""
    cell = normal(cell[:VERY_LONG])
    if folded(cell) in known_words() or len(cell) < 2:
        return False
    if kind in {"iin", "state_number", "document", "phone"}:
        return sum(letter.isdigit() for letter in cell) >= 5
    if kind == "birth_date":
        return bool(re.search(r"\d{2}", cell))
    if kind == "free_text":
        return len(cell.split()) > 3
    if kind == "name":
        # «да», «нет», «муж.» below «Потерпевший» are no names; a small word is none either.
        return (
            not re.search(r"\d", cell) and any(len(word) > 1 and word[0].isupper() for word in WORD.findall(cell))
        ) or "name" in kinds(cell)
    return len(re.findall(r"\w", cell)) > 2


# What a cell holds that only its column tells for certain.
EARLY_DAY, BY_CHECK_DIGIT, NAME_LIKE = "early_day", "by_check_digit", "name_like"
# What a header says of a column that is no kind of personal data: a few cells of it may look like names.
PLACE = "place"


class _Seen:
    """What was found in one column: cells and masked examples by kind."""

    def __init__(self, says: frozenset[str], *, is_of_days: bool = False):
        self.says = says - {PLACE}
        self.is_said_of_places = PLACE in says
        self.sample: Sequence[tuple[str, int, int]] = ()  # cells as _judged gives them, whatever they may hold
        self.total = 0  # filled cells of those that are judged
        self.is_of_days = is_of_days  # most cells are days from 1991 on: an earlier one among them is a slip
        self.bare = 0  # cells that are a number of ten to twelve digits and nothing else
        self.cells: Counter[str] = Counter()
        self.filled: dict[str, int] = {}  # kinds that the column as a whole holds, and the number of filled cells
        self.many: dict[str, int] = {}  # the same, where the different cells are too many to be vouched for
        self.scale = 1.0
        self._examples: dict[str, list[str]] = {}

    def judge(self, cell: str, cells: int, suspect: bool) -> list[str]:
        held = kinds(cell) if suspect else []
        held += [kind for kind in self.says if kind not in held and _told(kind, cell)]
        if "birth_date" in held and "birth_date" not in self.says and is_plain_early_day(cell):
            held[held.index("birth_date")] = EARLY_DAY
        if suspect and BARE.fullmatch(normal(cell)):
            self.bare += cells
            if "state_number" in held and "state_number" not in self.says:
                held[held.index("state_number")] = BY_CHECK_DIGIT
        if "name" in held and "name" not in self.says and len(cell) <= LONG and not is_full_name(normal(cell)):
            held[held.index("name")] = NAME_LIKE
        for kind in held:
            self.add(kind, cell, cells)
        return held

    def conclude(self) -> None:
        """Decide of the cells that only their column tells what they are."""
        self._take(EARLY_DAY, "birth_date", not self.is_of_days)
        self._take(BY_CHECK_DIGIT, "state_number", self.cells[BY_CHECK_DIGIT] >= BY_CHANCE * self.bare)
        are_few = self.cells[NAME_LIKE] < MOST * self.total
        self._take(NAME_LIKE, "name", not (are_few and self._is_of_places()))

    def _is_of_places(self) -> bool:
        """Its header says so, or most of its cells are known places: a few of a column of places sound like names."""
        if self.is_said_of_places or not self.cells[NAME_LIKE]:
            return self.is_said_of_places
        known = sum(n for cell, n, _ in self.sample if is_place(cell))
        return known > MOST * sum(n for _, n, _ in self.sample)

    def _take(self, kind: str, of_kind: str, is_meant: bool) -> None:
        cells, shown = self.cells.pop(kind, 0), self._examples.pop(kind, [])
        if is_meant and cells:
            self.cells[of_kind] += cells
            examples = self._examples.setdefault(of_kind, [])
            examples += [masked for masked in shown if masked not in examples][: EXAMPLES - len(examples)]

    def add(self, kind: str, cell: str, cells: int) -> None:
        self.cells[kind] += cells
        shown = self._examples.setdefault(kind, [])
        if len(shown) < EXAMPLES and (masked := mask(cell)) not in shown:
            shown.append(masked)

    def examples(self, kind: str) -> tuple[str, ...]:
        return tuple(self._examples.get(kind, ()))

    def counts(self) -> dict[str, tuple[int, bool]]:
        """Cells by kind, and whether that is about."""
        exact = {kind: (round(cells * self.scale), self.scale > 1) for kind, cells in self.cells.items()}
        return exact | {kind: (cells, True) for kind, cells in (self.filled | self.many).items()}


def _looked(con: duckdb.DuckDBPyConnection, table: str, says: dict[str, frozenset[str]]) -> dict[str, _Seen]:
    try:
        return _look(con, _name(table), says)
    except duckdb.Error:
        raise ScreenFailed from None


def _look(con: duckdb.DuckDBPyConnection, table: str, says: dict[str, frozenset[str]]) -> dict[str, _Seen]:
    """The columns of a table: by their distinct cells when they are few, else by a first look and one pass.

    The patterns take some 50 ms to compile, so one statement asks for many columns.
    """
    seen = {column: _Seen(kinds_said) for column, kinds_said in says.items()}
    if not seen:
        return seen
    known = {f"c{place}" for place in reading.coded(con)} & seen.keys() if table == _name("file") else set()
    texts = [column for column in seen if column not in known]
    totals = ", ".join(
        ["count(*)", "min(row)"]
        # No `filter (…)`: the engine keeps a chunk of all columns for each, for a thousand columns 2.4 GB.
        + [f"count(nullif({c}, '')), count_if(strlen({c}) >= {VERY_LONG})" for c in map(_name, texts)]
    )
    rows, first, *numbers = con.execute(f"select {totals} from {table}").fetchall()[0]
    about = {c: (numbers[2 * i], numbers[2 * i + 1]) for i, c in enumerate(texts)}
    for column in known:
        about[column] = con.execute(
            "select coalesce(sum(n) filter (cell <> ''), 0)::bigint, "
            f"coalesce(sum(n) filter (strlen(cell) >= {VERY_LONG}), 0)::bigint from ({_tallied(column)})"
        ).fetchall()[0]
    shape = {column: about[column] for column in seen if about[column][0]}
    starts = (first, first + rows // 2, first + max(rows - WINDOW, 0)) if rows else ()
    where = " or ".join(f"row between {start} and {start + WINDOW - 1}" for start in starts) or "false"

    con.execute(f"create or replace temp table looked_at as from {table} where {where}")

    def counted(column: str, source: str) -> str:
        if column in known and source == table:
            return _tallied(column)
        return f"select {_name(column)} as cell, count(*) as n from {source} group by all"

    many = set()
    if rows > SMALL:
        for column in shape:
            sizes = [n for _, n in con.execute(counted(column, "looked_at")).fetchall()]
            if len(sizes) >= sum(sizes) / 4:
                many.add(column)
    judged = _judged(con, [(column, counted(column, "looked_at" if column in many else table)) for column in shape])
    for column, cells in judged:
        if column in many:
            _first_look(seen[column], cells, *shape[column])
        else:
            _judge(seen[column], cells, columnwise=shape[column])
    rest = [column for column in shape if column in many and not seen[column].many]
    for column in rest:
        looked = seen[column]
        seen[column] = _Seen(says[column], is_of_days=looked.is_of_days)
        seen[column].sample, seen[column].total = looked.sample, shape[column][0]
    shaped = {f"c{place}" for place in reading.shaped(con)} if known else set()
    rest = [column for column in rest if column not in shaped or _is_suspect_shape(con, column)]
    passes = [
        (c, f"select cell, sum(n)::bigint as n from ({_tallied(c) if c in known else _each(c, table)}) "
            f"where {conditions().any} group by all")
        for c in rest
    ]  # fmt: skip
    for column, cells in _judged(con, passes):
        _judge(seen[column], cells)
    con.execute("drop table looked_at")
    return seen


def _tallied(column: str) -> str:
    """SQL of the different cells of a column that is kept as codes, and of how many there are of each."""
    return f"select cell, n from words_{column.removeprefix('c')}"


def _is_suspect_shape(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether cells of the column may hold anything, whatever their digits; if not, none need be looked at again."""
    found = con.execute(
        f"select 1 from shapes_{column.removeprefix('c')} where {any_digit(conditions().any)} limit 1"
    ).fetchall()
    return bool(found)


def _each(column: str, table: str) -> str:
    return f"select {_name(column)} as cell, 1 as n from {table}"


def _judged(
    con: duckdb.DuckDBPyConnection, cells: list[tuple[str, str]]
) -> Iterator[tuple[str, Iterator[tuple[str, int, int]]]]:
    """Each column's cells, their number, and what they may hold: a class of suspects, 0 for nothing."""
    for start in range(0, len(cells), COLUMNS_AT_ONCE):
        yield from _judged_at_once(con, cells[start : start + COLUMNS_AT_ONCE])


def _judged_at_once(
    con: duckdb.DuckDBPyConnection, cells: list[tuple[str, str]]
) -> Iterator[tuple[str, Iterator[tuple[str, int, int]]]]:
    told = conditions()
    union = " union all ".join(f"select {place} as place, cell, n from ({sql})" for place, (_, sql) in enumerate(cells))
    # Materialised, or the engine compiles the patterns anew for each branch of the union.
    found = con.execute(
        f"with cells as materialized (select * from ({union}) where cell <> '') "
        f"select place, cell, n, case when {told.gate} and {told.signs} then {SIGNS} "
        f"when {told.gate} and {told.people} then {PEOPLE} when {told.numbers} then {NUMBERS} else 0 end "
        "from cells order by place"
    )

    def rows() -> Iterator[tuple[int, str, int, int]]:
        while batch := found.fetchmany(BATCH):
            yield from batch

    for place, group in groupby(rows(), key=itemgetter(0)):
        yield cells[place][0], ((cell, n, suspect) for _, cell, n, suspect in group)


def _first_look(seen: _Seen, cells: Iterator[tuple[str, int, int]], filled: int, very_long: int) -> None:
    """What most cells of a column of many different ones hold, as a sample shows it.

    Of thousands of different cells nobody can say that none points to a person: the column goes, and what else it
    holds goes with it.
    """
    sample = list(cells)
    _columnwise(seen, sample, filled, very_long)
    if not seen.filled:
        for cell, n, suspect in sample:
            seen.judge(cell, n, suspect > 0)
    looked_at = sum(n for _, n, _ in sample)
    seen.sample, seen.total = sample, looked_at
    seen.conclude()
    seen.many = {kind: filled for kind, n in seen.cells.items() if n >= MOST * looked_at} | seen.filled
    seen.cells.clear()


def _judge(seen: _Seen, cells: Iterator[tuple[str, int, int]], columnwise: tuple[int, int] | None = None) -> None:
    """Judge JUDGED different cells; beyond them numbers and signs alone, until one is found that no reason dismisses.

    Names and places do not hang on digits, so cells that differ in digits alone are one. A number that a check digit
    alone tells is looked for among the first JUDGED only.
    """
    first: list[tuple[str, int, int]] = []
    alike: dict[str, list[str]] = {}
    judged = counted = rest = 0
    for cell, n, suspect in cells:
        if columnwise and len(first) < JUDGED:
            first.append((cell, n, suspect))
        if not suspect and not seen.says:
            continue
        shape = DIGIT.sub("0", cell) if suspect == PEOPLE and not seen.says else ""
        if shape in alike:
            for kind in alike[shape]:
                seen.add(kind, cell, n)
        elif judged < JUDGED or (suspect == SIGNS and not seen.cells.keys() & DECISIVE):
            held = seen.judge(cell, n, suspect > 0)
            judged += 1
            if shape:
                alike[shape] = held
        elif suspect == NUMBERS:
            continue
        else:
            rest += n
            continue
        counted += n
    if columnwise:
        _columnwise(seen, first, *columnwise)
        seen.sample, seen.total = first, columnwise[0]
    seen.conclude()
    if rest:
        seen.scale = (counted + rest) / counted


def _columnwise(seen: _Seen, cells: Sequence[tuple[str, int, int]], filled: int, very_long: int) -> None:
    """What only a column shows: dates that spread as birthdays do, and texts."""
    total = sum(n for _, n, _ in cells)
    dated = [(int(match[1] or match[2]), n) for cell, n, _ in cells if (match := DATED.match(cell))]
    years = sorted(year for year, _ in dated)
    early = sum(n for year, n in dated if year < DAYS_FROM)
    days = sum(n for _, n in dated)
    seen.is_of_days = days >= MOSTLY * total and early < MOST * days
    if len(years) >= 20 and days >= MOSTLY * total and len(set(years)) >= 15:
        low, middle, high = (years[int(len(years) * part)] for part in (0.05, 0.5, 0.95))
        if high - low >= 25 and middle <= 2000:
            seen.filled["birth_date"] = filled
            seen._examples["birth_date"] = [mask(cell) for cell, _, _ in cells[:1]]
    texts = [
        (cell, n)
        for cell, n, _ in cells
        if len(cell) >= LONG and len(cell.split()) > 6 and folded(normal(cell[:VERY_LONG])) not in known_words()
    ]
    repeated = sum(n for _, n in texts) / max(len(texts), 1)
    if very_long or (len(texts) >= 5 and len(texts) >= 0.2 * len(cells) and (repeated < 4 or len(texts) > 200)):
        seen.filled["free_text"] = filled
        shown = sorted(texts, key=lambda text: -len(text[0]))[:EXAMPLES]
        seen._examples["free_text"] = [mask(cell) for cell, _ in shown]


DATED = re.compile(r"\s*(?:\d{1,2}[./-]\d{1,2}[./-](\d{4})|(\d{4})-\d\d?-\d\d?)(?!\d)")


def _name(text: str) -> str:
    """A table's name as SQL takes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in text.split("."))
