"""The end of an import before its end: by a person, or because a draft was left lying."""

from __future__ import annotations

from raccord.contacts.models import ImportRun


def cancel(run: ImportRun) -> ImportRun:
    """Stop the run for good, whatever its state: CANCELLED, and its file forgotten.

    A chunk that is being written is finished first; what was imported stays and is counted in
    the run. Over already: nothing happens.
    """
    raise NotImplementedError
