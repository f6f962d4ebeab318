"""Every code in words: what happened, and what to do about it.

Nothing stores a sentence: rows hold a code with parameters, and the words are chosen when they
are shown, in the language of the person who looks. A connector brings the sentences of its own
codes; a code that nobody has words for is shown as it is, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from django.utils.translation import gettext as _

from raccord.connections.guidance import who_acts
from raccord.connections.words import SENTENCES
from raccord.connectors import registry
from raccord.contacts.models import OPERATIONS
from raccord.engine import sentences as engine_words
from raccord.engine.errors import Failure, Who, sentence

UNKNOWN = (
    sentence("The other side answered with a reason that Raccord has no words for: %(code)s."),
    sentence("Read the technical detail, or ask an administrator over there."),
)
_OPERATION_NAMES = {str(operation): name for operation, name in OPERATIONS}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, what to do about it, in the current language; and who can do it."""

    what: str
    todo: str
    who: Who = Who.USER


class _Forgiving(dict[str, str]):
    """Parameters of a sentence: one that was not stored shows as a dash, never as an error."""

    def __missing__(self, key: str) -> str:
        return "–"


def explain(source: str, code: str, parameters: Mapping[str, object] | None = None) -> Explanation:
    """The words for `code`; `source` is the connection's, "" where there is none.

    A code without a namespace of its own is looked for among those of the source.
    """
    known = _catalogue()
    texts = known.get(code) or known.get(f"{source}.{code}") or UNKNOWN
    named = _Forgiving(
        {key: _shown(key, value) for key, value in (parameters or {}).items()}, code=code
    )
    what, todo = (_(text) % named if text else "" for text in texts)
    return Explanation(what, todo, who_acts(code, source=source))


def is_known(source: str, code: str) -> bool:
    """Whether anybody has words for the code."""
    known = _catalogue()
    return code in known or f"{source}.{code}" in known


def _shown(key: str, value: object) -> str:
    """A parameter as people read it: an operation by its name on the screens."""
    text = str(value)
    return str(_OPERATION_NAMES.get(text, text)) if key == "operation" else text


def explain_failure(failure: Failure, *, source: str = "") -> Explanation:
    """The words for a failure that was just raised or returned."""
    return explain(source, failure.code, failure.params)


@cache
def _catalogue() -> Mapping[str, tuple[str, str]]:
    return MappingProxyType({**engine_words.SENTENCES, **registry.sentences(), **SENTENCES})
