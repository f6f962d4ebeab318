"""Why an answer was not taken, in words, whichever part of Raccord refused it."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.connections.sentences import Explanation, explain
from raccord.contacts import messages
from raccord.engine.errors import Failure


def of_problem(problem: Failure, *, source: str = "") -> Explanation:
    """What is wrong, and what to do about it where that is said apart."""
    return of_code(problem.code, problem.params, source=source)


def of_code(code: str, parameters: Mapping[str, object], *, source: str = "") -> Explanation:
    """The same for a reason that was stored."""
    if code in messages.SENTENCES:
        return Explanation(messages.explain(code, parameters), "")
    return explain(source, code, parameters)
