"""Which connectors there are: source name -> Declaration.

Raccord's own are the folders beside this file, found by looking: adding one touches nothing
else, and a source tree that was never installed works too. Another package brings its own
through the entry-point group `raccord.connectors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import MappingProxyType

import structlog

from raccord import connectors
from raccord.connectors import http, oauth, webhook_refusals
from raccord.connectors.base import Declaration
from raccord.engine.errors import Who
from raccord.engine.remedies import Remedy

log = structlog.get_logger(__name__)

_GROUP = "raccord.connectors"


def get(source: str) -> Declaration:
    """The declaration of one source; KeyError if there is no such connector."""
    return all()[source]


@cache
def all() -> Mapping[str, Declaration]:  # noqa: A001 - reads as `registry.all()`
    """Every connector there is, by source name, in alphabetical order."""
    found = {declaration.source: declaration for declaration in _own()}
    for entry_point in entry_points(group=_GROUP):
        if entry_point.name not in found and (declaration := _load(entry_point)):
            found[declaration.source] = declaration
    return MappingProxyType(dict(sorted(found.items())))


def sentence(code: str) -> tuple[str, str] | None:
    """What to tell people about an error code and what they can do, both untranslated.

    A code that no table knows gets the general sentence of its namespace; None is for codes
    that are not a connector's.
    """
    catalogue = sentences()
    return catalogue.get(code) or catalogue.get(code.partition(".")[0])


@cache
def sentences() -> Mapping[str, tuple[str, str]]:
    """Every error code that a connector can give: the sentence for people, and what to do.

    A key without a dot is a namespace; its sentence is for codes that have none of their own.
    """
    catalogue = {**http.SENTENCES, **oauth.SENTENCES, **webhook_refusals.SENTENCES}
    for declaration in all().values():
        catalogue.update(declaration.sentences)
    return MappingProxyType(catalogue)


@cache
def who() -> Mapping[str, Who]:
    """Who can do something about an error code of a connector; a key without a dot is for those
    that it does not know."""
    return MappingProxyType({code: each for d in all().values() for code, each in d.who.items()})


@cache
def remedies() -> Mapping[str, Remedy]:
    """What a field mapping can do about an error code of a connector."""
    return MappingProxyType(
        {code: each for d in all().values() for code, each in d.remedies.items()}
    )


def _own() -> Iterator[Declaration]:
    for module in iter_modules(connectors.__path__, f"{connectors.__name__}."):
        if module.ispkg:
            yield import_module(module.name).DECLARATION


def _load(entry_point: EntryPoint) -> Declaration | None:
    """Somebody else's connector; one that does not load must not take the others with it."""
    try:
        declaration = entry_point.load()
    except Exception:
        log.exception("connector.not_loaded", name=entry_point.name)
        return None
    if not isinstance(declaration, Declaration) or declaration.source != entry_point.name:
        log.error("connector.not_declared", name=entry_point.name)
        return None
    return declaration
