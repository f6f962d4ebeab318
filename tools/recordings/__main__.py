"""The comparison as a command: see the package."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.recordings.asking import Org, fresh_org
from tools.recordings.compare import differences
from tools.recordings.exceptions import reason
from tools.recordings.plays import ANSWERS, REFUSALS, describe, objects_described

DESCRIBED = ("Account", "Contact", "Lead")
# What stands before the servers adds or names these as it likes.
_OF_THE_EDGE = {"transfer-encoding", "vary", "content-encoding", "x-xss-protection", "expires"}


def main(argv: list[str] | None = None) -> int:
    """Print every difference; return 1 if there is one that nobody has explained."""
    parser = argparse.ArgumentParser(prog="recordings", description=__doc__)
    parser.add_argument("folder", type=Path, help="the recorded answers")
    folder = parser.parse_args(argv).folder
    unexplained = 0
    with fresh_org() as org:
        for line in _all(org, folder):
            because = reason(line)
            unexplained += not because
            print(f"{line}{f'   ({because})' if because else ''}")
    print(f"{unexplained} differences that exceptions.py does not explain")
    return 1 if unexplained else 0


def _all(org: Org, folder: Path) -> Iterator[str]:
    yield from _objects(org, _read(folder / "describe_global.json"))
    for kind in DESCRIBED:
        yield from _fields(org, kind, _read(folder / f"describe_{kind}.json")["response"])
    yield from _refusals(org, _read(folder / "error_bodies.json")["errors"])
    yield from _answers(org, _read(folder / "official_postman_responses.json")["responses"])


def _answers(org: Org, recordings: list[dict[str, Any]]) -> Iterator[str]:
    for recorded in recordings:
        name, _, status = recorded["endpoint"].rpartition(" ")
        ask = ANSWERS.get(name)
        if ask is None:
            yield f"{name}: not asked"
            continue
        ours = ask(org)
        if status.isdigit() and ours.status_code != int(status):
            yield f"{name}: {status} recorded, {ours.status_code} here"
        for header in recorded["headers"]:
            if header.lower() not in {*_OF_THE_EDGE, *(each.lower() for each in ours.headers)}:
                yield f"{name}: header {header} missing here"
        for kind, body in (recorded.get("body") or {}).items():
            yield from (f"{name}{line}" for line in _bodies(kind, body, ours))


def _bodies(kind: str, recorded: Any, ours: Any) -> Iterator[str]:
    if "json" not in kind:
        yield from differences(str(recorded).split(",")[:2], ours.text.split(",")[:2], exact=True)
    elif not isinstance(recorded, str):  # a text is JSON with places left out: nothing to compare
        yield from differences(recorded, ours.json())


def _refusals(org: Org, recordings: list[dict[str, Any]]) -> Iterator[str]:
    for name, ask in REFUSALS.items():
        code, _, start = name.partition(" ")
        recorded = next(
            each
            for each in recordings
            if isinstance(each["body"], list)
            and isinstance(each["body"][0], dict)
            and each["body"][0]["errorCode"] == code
            and each["body"][0]["message"].startswith(start)
        )
        ours = ask(org)
        if str(ours.status_code) not in str(recorded["status"]):
            yield f"{name}: {recorded['status']} recorded, {ours.status_code} here"
        yield from (
            f"{name}{line}" for line in differences(recorded["body"], ours.json(), exact=True)
        )


def _objects(org: Org, recording: dict[str, Any]) -> Iterator[str]:
    keys = set(recording["response"]["sobject_keys"])
    samples = {each["name"]: each for each in recording["response"]["samples"]}
    for ours in objects_described(org):
        for name in keys ^ set(ours):
            yield f"list of objects: {ours['name']}.{name}: on one side only"
        if recorded := samples.get(ours["name"]):
            del recorded["urls"], ours["urls"]
            at = f"list of objects: {ours['name']}"
            yield from differences(recorded, ours, at=at, exact=True)


def _fields(org: Org, kind: str, recorded: dict[str, Any]) -> Iterator[str]:
    ours = describe(org, kind)
    for name in set(recorded["top_level_keys"]) ^ ours.keys:
        yield f"{kind}: {name}: on one side only"
    scalars = {name: ours.scalars.get(name) for name in recorded["top_level_scalars"]}
    yield from differences(recorded["top_level_scalars"], scalars, at=f"{kind}: ", exact=True)
    for field in recorded["fields"]:
        known = ours.fields.get(field["name"])
        if known is None:
            yield f"{kind}.{field['name']}: recorded, missing here"
            continue
        for name in set(recorded["field_keys_all"]) ^ set(known):
            yield f"{kind}.{field['name']}.{name}: on one side only"
        shown = {name: known.get(name) for name in field}
        yield from differences(field, shown, at=f"{kind}.{field['name']}", exact=True)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
