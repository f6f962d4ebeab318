"""Yes or no, consent, and one or several of a list, as `parsing` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from unicodedata import normalize

from raccord.engine.parsing_text import spelled
from raccord.engine.records import FieldSpec, Value
from raccord.engine.refused import Parser, refused

YES = frozenset({"yes", "true", "1", "oui", "vrai", "y", "o"})
NO = frozenset({"no", "false", "0", "non", "faux", "n"})


def boolean_parser(spec: FieldSpec) -> Parser:
    def parse_boolean(raw: object) -> Value:
        said = _yes_or_no(raw)
        if said is None:
            raise refused(spec, "boolean")
        return said

    return parse_boolean


def consent_parser(spec: FieldSpec) -> Parser:
    def parse_consent(raw: object) -> Value:
        said = _yes_or_no(raw)
        if said is None:
            raise refused(spec, "consent")
        return "yes" if said else "no"

    return parse_consent


def _yes_or_no(raw: object) -> bool | None:
    if isinstance(raw, bool):
        return raw
    word = raw.lower() if isinstance(raw, str) else str(raw) if isinstance(raw, int) else ""
    if word in YES:
        return True
    return False if word in NO else None


def choice_parser(spec: FieldSpec) -> Parser:
    find = _choice_finder(spec)

    def parse_choice(raw: object) -> Value:
        found = find(raw)
        if found is None:
            raise refused(spec, "choice", choices=", ".join(spec.choices))
        return found

    return parse_choice


def multiple_choice_parser(spec: FieldSpec) -> Parser:
    """Chosen values in the order of the field's own list, each once."""
    find = _choice_finder(spec)
    position = {choice: number for number, choice in enumerate(spec.choices)}

    def parse_choices(raw: object) -> Value:
        parts: Iterable[object]
        if isinstance(raw, str):
            parts = [part.strip() for part in raw.split(";")]
        elif isinstance(raw, list | tuple | set | frozenset):
            parts = [part.strip() if isinstance(part, str) else part for part in raw]
        else:
            parts = [raw]
        chosen = set()
        for part in parts:
            if part in ("", None):
                continue
            found = find(part)
            if found is None:
                raise refused(spec, "multiple_choice", choices=", ".join(spec.choices))
            chosen.add(found)
        return tuple(sorted(chosen, key=position.__getitem__)) or None

    return parse_choices


def _choice_finder(spec: FieldSpec) -> Callable[[object], str | None]:
    """Exactly one of the choices, else the one that differs only in case or Unicode form."""
    exact = {choice: choice for choice in spec.choices}
    folded = {_folded(choice): choice for choice in reversed(spec.choices)}

    def find(raw: object) -> str | None:
        text = raw if isinstance(raw, str) else spelled(spec, raw)
        return exact.get(text) or folded.get(_folded(text))

    return find


def _folded(text: str) -> str:
    return normalize("NFC", text.strip().casefold())
