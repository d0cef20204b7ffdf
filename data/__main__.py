"""The same questions and the same intake from a shell: `python -m data build | check | publish | ask …`.

Exit status 0, 1 when the data or the store is at fault, 2 when the call is.
"""

import argparse
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from data import datasets
from data.errors import DashboardError, word_error
from data.intake import checking
from data.intake.reading import Source
from data.intake.recipe import Recipe
from data.intake.screen import Finding
from data.intake.session import Intake
from data.intake.wording import word_questions
from data.store import FORGETTING, Repair, Store, folder, open_store, repair
from data.toml import LARGEST
from data.uploads import Changes
from data.words import fill_words
from queries.catalog import Query, names, query

# Which codes a parameter may hold: its own name, or the table column that lists them.
CODES = {
    "compilers": "compiler",
    "stages": "stage",
    "numerators": "stage",
    "denominators": "stage",
    "figure_ids": "figure_id",
    "document": "source_id",
}


class WrongCall(DashboardError):
    """The words of the call can't be used."""

    section = "call"
    codes = frozenset({
        *("no_file", "recipe_not_opened", "value_missing", "value_not_whole", "value_not_boolean", "value_not_read"),
        *("value_unknown", "value_no_date"),
    })  # fmt: skip
    exit_status = 2


def main(words: list[str] | None = None) -> int:
    """Run one call; returns the exit status."""
    call = _parser().parse_args(words)
    logging.getLogger("data").addHandler(logging.NullHandler())  # what is wrong is said in sentences, not in a log
    try:
        return int(call.run(call))
    except DashboardError as error:
        print("\n".join(word_error(error, fill_words)), file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # the reader of our output went away (`| head`)
        sys.stderr.close()
        return 0


def _open() -> Store:
    """The store; what is unfinished in it is said beside every answer."""
    store = open_store()
    if upload := store.unfinished_forget():
        print(fill_words("versions.unfinished", upload=upload), file=sys.stderr)
    elif upload is not None:
        print(fill_words("versions.unfinished_unknown", note=store.path / FORGETTING), file=sys.stderr)
    return store


def _build(call: argparse.Namespace) -> int:
    store = _open()
    latest = store.versions()[-1]
    _say(call, latest, f"Version {latest['version']} stands in {folder()} (published {latest['published_at']}).")
    return 0


def _versions(call: argparse.Namespace) -> int:
    versions = _open().versions()
    if call.json:
        _say(call, versions, "")
    else:
        for version in versions:
            version["message"] = version["message"][:50]
        print(pd.DataFrame(versions).drop(columns=["uploads", "forgotten"]).to_string(index=False))
    return 0


def _repair(call: argparse.Namespace) -> int:
    done = repair()
    _say(call, vars(done) | {"path": str(done.path)}, "\n".join(_repair_words(done)))
    return 0


def _repair_words(done: Repair) -> Iterator[str]:
    """What a repair did, line by line, and what it could not."""
    if not done.is_restored:
        yield f"The store in {done.path} is whole; nothing was changed."
    else:
        yield (
            f"The catalogue of the store in {done.path} was restored from its newest copy that is whole: "
            f"version {done.version}, published {done.published_at}."
        )
    if done.unusable_copies:
        yield f"Copies that could not be used: {', '.join(done.unusable_copies)}."
    if done.lost_versions is None:
        yield "The damaged catalogue can't be read: it does not say what was published after that."
    elif done.lost_versions:
        yield f"Not restored: {len(done.lost_versions)} later versions ({', '.join(done.lost_versions)})."
    if done.lost_uploads:
        yield f"Uploads lost with them, to be published again: {', '.join(done.lost_uploads)}."
    if done.broken_versions:
        yield (
            f"Versions that can't be opened, for {len(done.missing_files)} data files are missing: "
            f"{', '.join(done.broken_versions)}."
        )
    if done.unknown_files:
        yield f"Data files that belong to none of the versions now: {done.unknown_files}."
    if done.set_aside:
        yield f"What was taken out of the way, the damaged catalogue too, is kept in {done.set_aside}."


def _check_store(call: argparse.Namespace) -> int:
    faults = _open().check()
    rules = len(names("store_checks"))
    words = f"{rules} rules and every answer were checked; {len(faults) or 'no'} published numbers are at fault."
    _say(call, [vars(fault) for fault in faults], "\n".join([*map(str, faults), words]))
    return 1 if faults else 0


KINDS = ("", "official", "ngo", "international", "media")


def _suggest(call: argparse.Namespace) -> int:
    """Print what the columns and values of a file seem to be, as a recipe; say beside it what only a person knows."""
    with _open_file(call, _open()) as made:
        made.leave_all_out()  # a recipe names no column of personal data
        recipe = made.suggested()
        if country := call.country:
            recipe = replace(recipe, constants=recipe.constants | {"country": country})
        print(recipe.to_toml(), end="")
        for doubt in made.doubts:
            print(f"open: {doubt.code}, say `{doubt.asks}` in [dialect]: {', '.join(doubt.options)}", file=sys.stderr)
        try:
            made.check(recipe)
        except checking.Unmappable as fault:
            print(f"open: {' '.join(word_error(fault, fill_words))}", file=sys.stderr)
            return 0
        for line in word_questions(made.questions, made.find_totals()):
            print(f"open: {line}", file=sys.stderr)
        return 0


def _check(call: argparse.Namespace) -> int:
    with _understand_file(call) as made:
        return _report(call, made)


def _publish(call: argparse.Namespace) -> int:
    with _understand_file(call) as made:
        return _publish_file(call, made)


def _publish_file(call: argparse.Namespace, made: Intake) -> int:
    """Publish a file that was understood, and say so."""
    if (status := _report(call, made, to=sys.stderr)) and made.closed_because:
        return status
    _progress(call, "publishing")
    upload = made.upload(
        organisation=call.organisation,
        author=call.author,
        message=call.message,
        language=call.language,
        kind=call.kind,
        is_strict=call.strict,
        replaces=call.replaces,
    )
    published = made.store.publish(upload)
    words = f"{published.published_rows} rows were published as {published.upload_id}: {published.figures} figures."
    _say(call, vars(published), f"{words} Version {published.version}.")
    return 0


@contextmanager
def _understand_file(call: argparse.Namespace) -> Iterator[Intake]:
    """The file that the call names, read, screened and understood by its recipe."""
    try:
        with call.recipe.open("rb") as file:
            recipe = Recipe.from_toml(file.read(LARGEST + 1))
    except OSError as error:
        raise WrongCall("recipe_not_opened", path=call.recipe) from error
    with _open_file(call, _open(), recipe) as made:
        _progress(call, "checking the rows")
        made.check(recipe)
        yield made


@contextmanager
def _open_file(call: argparse.Namespace, store: Store, recipe: Recipe | None = None) -> Iterator[Intake]:
    if not call.file.is_file():
        raise WrongCall("no_file", path=call.file)
    _progress(call, "reading the file and looking for personal data")
    made = Intake(store, Source.at(call.file), today=date.today(), recipe=recipe, size_most=None)
    try:
        yield made
    finally:
        made.close()


def _report(call: argparse.Namespace, made: Intake, to: Any = None) -> int:
    """Say what came of the rows; 1 when a row was rejected or something keeps it from being published."""
    checked, found = made.understood[1], checking.faults(made.con)
    stopped = bool(checked.rejected) or bool(made.closed_because)
    if call.json and to is None:
        about = {
            **{name: value for name, value in vars(checked).items() if name not in {"rows", "facts"}},
            "closed": made.closed_because,
            "doubts": [doubt.code for doubt in made.doubts],
            "questions": [vars(question) for question in made.questions],
            "findings": [_found(finding) for finding in made.open_findings],
            "faults": found,
        }
        _say(call, about, "")
        return int(stopped)
    lines = [
        f"{checked.in_file} rows in the file = {checked.published} published "
        f"+ {sum(checked.rejected.values())} rejected "
        f"+ {sum(checked.left_out.values())} left out",
        *(f"  rejected, {rule}: {n}" for rule, n in checked.rejected.items()),
        *(f"  left out, {reason}: {n}" for reason, n in checked.left_out.items()),
        *(f"  warning, {rule}: {n}" for rule, n in checked.warnings.items()),
        *(
            f"  row {one['row']}, {one['column'] or 'the whole row'}: {one['rule']} ({one['severity']})"
            for one in found[:50]
        ),
        *(f"  open: {_found(finding)}" for finding in made.open_findings),
        *(f"  open: {doubt.code}" for doubt in made.doubts),
        *(f"  {line}" for line in (word_questions(made.questions, made.find_totals()) if made.questions else [])),
    ]
    print("\n".join(lines), file=to or sys.stdout)
    if closed := made.closed_because:
        print(fill_words(f"closed.{closed}"), file=sys.stderr)
    return int(stopped)


def _found(finding: Finding) -> str:
    return f"column {finding.column + 1} ({finding.header}): {finding.kind}, {finding.cells}"


def _progress(call: argparse.Namespace, what: str) -> None:
    """A line on long work, for people at a terminal only."""
    if sys.stderr.isatty() and not call.json:
        print(f"… {what}", file=sys.stderr, flush=True)


def _compare(call: argparse.Namespace) -> int:
    changes = _open().compare(call.before, call.after)
    _say(call, _changed(changes), _changed_words(changes))
    return 0


def _changed(changes: Changes) -> dict[str, Any]:
    return {
        name: [{key: _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]
        for name, frame in (("counts", changes.counts), ("ratios", changes.ratios))
    }


def _changed_words(changes: Changes) -> str:
    parts = []
    for name, frame in (("counts", changes.counts), ("ratios", changes.ratios)):
        said = ", ".join(f"{n} {change}" for change, n in changes.summary[name].items())
        parts.append(f"{name}: {said}")
        if len(frame):
            parts.append(frame.dropna(axis="columns", how="all").to_string(index=False))
    return "\n".join(parts)


def _undo(call: argparse.Namespace) -> int:
    version = _open().undo(call.author)
    _say(call, {"version": version}, f"The last change was undone. Version {version}.")
    return 0


def _forget(call: argparse.Namespace) -> int:
    store = _open()
    gone = store.forget(call.upload, call.author)
    see = store.versions()[-1]["forgotten"]
    told = ", ".join(f"{version} (see {see[version]})" if see[version] else version for version in gone)
    about = {"versions_gone": gone, "see": {version: see[version] for version in gone}}
    _say(call, about, f"Upload {call.upload} was erased; versions gone: {told or 'none'}.")
    return 0


def _ask(call: argparse.Namespace) -> int:
    asked = query(call.question)
    given = {name: getattr(call, name) for name in asked.params if getattr(call, name) is not None}
    _judge_values(asked, given)
    store = _open()
    frame = store.ask(call.question, version=call.version or None, **given)
    answer = {
        "question": asked.question,
        "params": asked.values(given),
        "version": call.version or store.version(),
        "rows": [{key: _plain(value) for key, value in row.items()} for row in frame.to_dict("records")],
    }
    if call.json:
        _say(call, answer, "")
    else:
        print(asked.question)
        print(frame.to_string(index=False) if len(frame) else "No figure was found.")
    return 0


def _judge_values(asked: Query, given: dict[str, Any]) -> None:
    """Raise WrongCall for the first value that the call can't use."""
    for name, parameter in asked.params.items():
        option = f"--{name.replace('_', '-')}"
        if name not in given and parameter.default is None:
            raise WrongCall("value_missing", question=asked.name, option=option, about=parameter.description)
        try:
            value = parameter.read(given.get(name, parameter.default))
        except ValueError:
            kind = {"integer": "value_not_whole", "boolean": "value_not_boolean"}.get(parameter.type, "value_not_read")
            raise WrongCall(kind, option=option, value=given[name]) from None
        allowed = datasets.catalogue().get(CODES.get(name, name))
        for code in value if isinstance(value, list) else [value]:
            if name in given and allowed and code and code not in allowed:
                few = ", ".join(sorted(allowed)[:30]) + (" …" if len(allowed) > 30 else "")
                raise WrongCall("value_unknown", option=option, value=code, known=few)
        if name.startswith("period_") and not datasets.is_date(str(value)):
            raise WrongCall("value_no_date", option=option, value=str(value))


def _plain(value: Any) -> Any:
    """A value of a frame as JSON has it: null for what is missing, ISO dates, lists."""
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [_plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if hasattr(value, "item"):
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _say(call: argparse.Namespace, for_programs: Any, for_people: str) -> None:
    print(json.dumps(for_programs, ensure_ascii=False, indent=1, allow_nan=False) if call.json else for_people)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__.splitlines()[0] if __doc__ else "")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.add_argument("--json", action="store_true", help="answer as JSON, for programs")
        sub.set_defaults(run=run)
        return sub

    command("build", _build, "Build the store, or publish shipped files that changed.")
    command("versions", _versions, "List what was published to the store, and when.")
    command("repair", _repair, "Put the newest whole copy of the catalogue back when the store is damaged.")
    command("check-store", _check_store, "Check every published number against the rules of honest arithmetic.")
    sub = command("suggest", _suggest, "Suggest a recipe for a file, to be looked over: `suggest FILE > recipe.toml`.")
    sub.add_argument("file", type=Path, metavar="FILE", help="a CSV or XLSX file")
    sub.add_argument("--country", default="", metavar="CC", help="the country of all rows (ISO 3166-1)")
    for name, run, words in (
        ("check", _check, "Read a file by a recipe, search it for personal data and check its rows; nothing is kept."),
        ("publish", _publish, "Check a file by a recipe and publish the rows without a fault as one version."),
    ):
        sub = command(name, run, words)
        sub.add_argument("file", type=Path, metavar="FILE", help="a CSV or XLSX file")
        sub.add_argument(
            "--recipe", type=Path, required=True, metavar="R", help="the recipe (TOML) that says what it holds"
        )
        if name == "publish":
            sub.add_argument("--organisation", required=True, metavar="NAME", help="whose list it is")
            sub.add_argument("--author", required=True, metavar="NAME", help="who publishes")
            sub.add_argument("--message", default="–", metavar="WORDS", help="what is new in it")
            sub.add_argument(
                "--strict",
                action="store_true",
                help="tell no number that stands for 1 to 4 persons, nor one that gives it away",
            )
            sub.add_argument(
                "--kind", default="", choices=KINDS, help="kind of body that counted (as the recipe says, or ngo)"
            )
            sub.add_argument(
                "--replaces",
                default="",
                metavar="UPLOAD",
                help="the earlier edition of this list: it goes",
            )
            sub.add_argument("--language", default="ru", choices=datasets.LANGUAGES, help="language of the list (ru)")
    sub = command("compare", _compare, "Say what differs between two versions.")
    sub.add_argument("before", metavar="BEFORE", help="a version, as `versions` lists it")
    sub.add_argument("after", metavar="AFTER", help="another")
    sub = command("undo", _undo, "Take back the last publish, or the last undo; the history is kept.")
    sub.add_argument("--author", required=True, metavar="NAME", help="who does it")
    sub = command("forget", _forget, "Erase an upload for good, from every version that held it; all others stay.")
    sub.add_argument("upload", metavar="UPLOAD", help="its number, as `versions` lists it")
    sub.add_argument("--author", required=True, metavar="NAME", help="who does it")
    ask = commands.add_parser("ask", help="Ask one question.", description="Ask one question of the store.")
    questions = ask.add_subparsers(required=True, metavar="QUESTION")
    for name in names():
        asked = query(name)
        sub = questions.add_parser(name, help=asked.question, description=asked.question)
        sub.add_argument("--json", action="store_true", help="answer as JSON, for programs")
        sub.add_argument("--version", default="", metavar="V", help="as of this version (default the latest)")
        for parameter in asked.params.values():
            many = ", separated by commas" if parameter.type.endswith("[]") else ""
            default = "" if parameter.default in (None, "''") else f" (default {parameter.default})"
            sub.add_argument(
                f"--{parameter.name.replace('_', '-')}", metavar="X", help=f"{parameter.description}{many}{default}"
            )
        sub.set_defaults(run=_ask, question=name)
    return parser


if __name__ == "__main__":
    sys.exit(main())
