"""Every check, one after the other; one that fails itself says so and keeps no other from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from django.utils.translation import gettext as _

from raccord.doctor import background, database, outside, surroundings
from raccord.doctor.findings import Finding, wrong

log = structlog.get_logger(__name__)

Check = Callable[[], Iterator[Finding]]

ALWAYS: tuple[Check, ...] = (
    surroundings.versions,
    surroundings.address,
    surroundings.key_files,
    surroundings.data_folder,
    database.server,
)
OF_A_DATABASE: tuple[Check, ...] = (database.clock, database.collation, database.tables)
OF_ITS_TABLES: tuple[Check, ...] = (
    database.keys,
    database.identity,
    background.workers,
    background.waiting,
    outside.mail,
    outside.connections,
)


def findings() -> Iterator[Finding]:
    """What each check found, as it is found. What a broken database cannot answer is not asked."""
    yield from _asked(ALWAYS)
    if not database.answers():
        return
    yield from _asked(OF_A_DATABASE)
    if not database.missing_steps():
        yield from _asked(OF_ITS_TABLES)


def _asked(checks: tuple[Check, ...]) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check()
        except Exception as error:
            log.exception("doctor.check_failed", check=check.__name__)
            text = _("This check failed itself (%(error)s).") % {"error": type(error).__name__}
            yield wrong(check.__name__, check.__name__, text, todo=_("Look at the log."))
