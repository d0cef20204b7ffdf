"""The same questions from a shell: `python -m data build | versions | check-store | ask QUESTION`.

Exit status 0, 1 when the data or the store is at fault, 2 when the call is.
"""

import argparse
import json
import sys
from datetime import date, datetime
from typing import Any

import pandas as pd

from data import datasets
from data.store import StoreError, folder, open_store
from queries.catalog import Parameter, Query, names, query

# Which codes a parameter may hold: its own name, or the table column that lists them.
CODES = {
    "compilers": "compiler",
    "stages": "stage",
    "numerators": "stage",
    "denominators": "stage",
    "figure_ids": "figure_id",
    "document": "source_id",
}


def main(words: list[str] | None = None) -> int:
    """Run one call; returns the exit status."""
    call = _parser().parse_args(words)
    try:
        return int(call.run(call))
    except datasets.DataRefused as refused:
        for fault in refused.refusals:
            print(fault, file=sys.stderr)
        return 1
    except StoreError as error:
        print(ADVICE[error.code].format(path=error.path), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output went away (`| head`)
        sys.stderr.close()
        return 0


ADVICE = {
    "store_damaged": "The store in {path} can't be read: a file is missing or is not what it should be. Nothing was "
    "changed. Move the folder away, or name another with TCP_STORE, and build again: the shipped figures come back.",
    "store_locked": "Another program is writing to the store in {path}. Try again in a moment.",
    "store_unwritable": "The store can't be written to {path}. Name another folder with TCP_STORE.",
}


def _build(call: argparse.Namespace) -> int:
    store = open_store()
    latest = store.versions()[-1]
    _say(call, latest, f"Version {latest['version']} stands in {folder()} (published {latest['published_at']}).")
    return 0


def _versions(call: argparse.Namespace) -> int:
    versions = open_store().versions()
    if call.json:
        _say(call, versions, "")
    else:
        print(pd.DataFrame(versions).to_string(index=False))
    return 0


def _check_store(call: argparse.Namespace) -> int:
    faults = open_store().check()
    rules = len(names("store_checks"))
    words = f"{rules} rules and every answer were checked; {len(faults) or 'no'} published numbers are at fault."
    _say(call, [vars(fault) for fault in faults], "\n".join([*map(str, faults), words]))
    return 1 if faults else 0


def _ask(call: argparse.Namespace) -> int:
    asked = query(call.question)
    given = {name: getattr(call, name) for name in asked.params if getattr(call, name) is not None}
    if fault := _wrong_value(asked, given):
        print(fault, file=sys.stderr)
        return 2
    store = open_store()
    frame = store.ask(call.question, **given)
    answer = {
        "question": asked.question,
        "params": asked.values(given),
        "version": store.version(),
        "rows": [{key: _plain(value) for key, value in row.items()} for row in frame.to_dict("records")],
    }
    if call.json:
        _say(call, answer, "")
    else:
        print(asked.question)
        print(frame.to_string(index=False) if len(frame) else "No figure was found.")
    return 0


def _wrong_value(asked: Query, given: dict[str, Any]) -> str | None:
    """A sentence on the first value that the call can't use, or None."""
    for name, parameter in asked.params.items():
        if name not in given and parameter.default is None:
            return f"{asked.name} needs --{name.replace('_', '-')}: {parameter.description}."
        try:
            value = parameter.read(given.get(name, parameter.default))
        except ValueError:
            return f"--{name.replace('_', '-')} takes {_kind(parameter)}, not «{given[name]}»."
        allowed = datasets.catalogue().get(CODES.get(name, name))
        for code in value if isinstance(value, list) else [value]:
            if name in given and allowed and code and code not in allowed:
                few = ", ".join(sorted(allowed)[:30]) + (" …" if len(allowed) > 30 else "")
                return f"--{name.replace('_', '-')}: «{code}» is not known. Known: {few}."
        if name.startswith("period_") and not datasets.is_date(str(value)):
            return f"--{name.replace('_', '-')} takes a date (2012-12-31), not «{value}»."
    return None


def _kind(parameter: Parameter) -> str:
    return {"integer": "a whole number", "boolean": "true or false"}.get(parameter.type, "a word")


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
    command("check-store", _check_store, "Check every published number against the rules of honest arithmetic.")
    ask = commands.add_parser("ask", help="Ask one question.", description="Ask one question of the store.")
    questions = ask.add_subparsers(required=True, metavar="QUESTION")
    for name in names():
        asked = query(name)
        sub = questions.add_parser(name, help=asked.question, description=asked.question)
        sub.add_argument("--json", action="store_true", help="answer as JSON, for programs")
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
