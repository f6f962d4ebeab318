"""The one-line-per-field notation of the schema tables, and its parser.

    Email email(80) CUnfsgip | Email
    MailingCity string(40) CUnfsgp | Mailing City | in MailingAddress
    AccountId reference CUnfsgpx | Account ID | to Account as Account
    ParentId reference CUnfsgpx | Parent Account ID | to Account as Parent of ChildAccounts

Name, type with its length (or precision, scale), flags, label, then what the field belongs to.
Flags: C createable, U updateable, d defaulted on create, n nillable, f filterable, s sortable,
g groupable, i id look-up, r restricted picklist, N name field, p permissionable,
x pre-filterable in search. What describe says beyond that follows from the type
(`schema/describe.py`).
"""

import re
from collections.abc import Mapping

from salesforce_simulator.schema.field import Field

_LINE = re.compile(
    r"^(?P<name>\w+) (?P<type>\w+)(?:\((?P<size>\d+)(?:,(?P<scale>\d+))?\))? (?P<flags>\w+)$"
)


def parse_fields(
    table: str, *, picklists: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Field, ...]:
    """Return the fields of a table in its order. A malformed line raises ValueError."""
    values = picklists or {}
    return tuple(_parse_line(line, values) for line in table.strip().splitlines())


def _parse_line(line: str, picklists: Mapping[str, tuple[str, ...]]) -> Field:
    head, label, *notes = line.split(" | ")
    match = _LINE.match(head)
    if match is None:
        raise ValueError(f"not a field of a schema table: {line!r}")
    name, kind, flags = match["name"], match["type"], match["flags"]
    size, scale = int(match["size"] or 0), int(match["scale"] or 0)
    compound, targets, relationship, children = _parse_notes(notes)
    return Field(
        name=name,
        label=label,
        type=kind,
        length=18 if kind in {"id", "reference"} else 0 if _is_number(kind) else size,
        precision=size if kind in {"double", "currency", "percent"} else 0,
        scale=scale,
        digits=size if kind == "int" else 0,
        createable="C" in flags,
        updateable="U" in flags,
        defaulted="d" in flags,
        nillable="n" in flags,
        filterable="f" in flags,
        sortable="s" in flags,
        groupable="g" in flags,
        id_lookup="i" in flags,
        restricted="r" in flags,
        name_field="N" in flags,
        permissionable="p" in flags,
        search_prefilterable="x" in flags,
        compound=compound,
        targets=targets,
        relationship=relationship,
        children=children,
        values=picklists.get(name, ()),
    )


def _parse_notes(
    notes: list[str],
) -> tuple[str | None, tuple[str, ...], str | None, str | None]:
    """Read the notes behind a label: compound field, objects pointed at, what this side calls
    the record there, and what that side calls these."""
    compound: str | None = None
    targets: tuple[str, ...] = ()
    relationship: str | None = None
    children: str | None = None
    for note in notes:
        words = note.split(" ")
        for word, value in zip(words[::2], words[1::2], strict=True):
            if word == "in":
                compound = value
            elif word == "to":
                targets = tuple(value.split("/"))
            elif word == "of":
                children = value
            else:
                relationship = value
    return compound, targets, relationship, children


def _is_number(kind: str) -> bool:
    return kind in {"int", "double", "currency", "percent"}
