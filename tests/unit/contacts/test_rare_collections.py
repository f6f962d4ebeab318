"""How often garbage is looked for while imports are at work."""

from __future__ import annotations

import gc
from contextlib import ExitStack

from raccord.contacts.imports import running


def test_two_imports_in_one_process_leave_collections_as_usual_when_both_are_over() -> None:
    """The second one took what the first one had set for the usual, and put that back for ever."""
    usual = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(running._rare_collections())
    second.enter_context(running._rare_collections())
    first.close()
    assert gc.get_threshold()[0] == running.OBJECTS_PER_COLLECTION, "one is still at work"
    second.close()
    assert gc.get_threshold() == usual
