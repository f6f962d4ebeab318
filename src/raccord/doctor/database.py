"""The database: does it answer, is it the right one, are its tables, keys and clock in order?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.doctor.findings import Finding, fine, warning, wrong
from raccord.installation import hold, key_check
from raccord.installation.hold_words import because

OLDEST = 150_000
FAR_OFF = timedelta(seconds=5)

_COLLATION = """
SELECT pg_encoding_to_char(encoding), datcollversion,
       pg_database_collation_actual_version(oid)
FROM pg_database WHERE datname = current_database()
"""


def server() -> Iterator[Finding]:
    """Whether it answers, which version it is, and whether it can be written to."""
    title = _("Database")
    try:
        number = int(_one("SHOW server_version_num"))
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        todo = _("Start the database, or correct DATABASE_URL.")
        yield wrong("database", title, _without_password(reason), todo=todo)
        return
    text = _("PostgreSQL %(version)s answers.") % {"version": _one("SHOW server_version")}
    if number < OLDEST:
        todo = _("Use PostgreSQL 15 or newer.")
        yield wrong("database", title, text, todo=todo)
    elif _one("SHOW transaction_read_only") == "on":
        text = _("The database can only be read.")
        todo = _("Give Raccord the primary server, and look whether its disk is full.")
        yield wrong("database", title, text, todo=todo)
    else:
        yield fine("database", title, text)


def answers() -> bool:
    """Whether it answers at all."""
    try:
        return _one("SELECT 1") == "1"
    except DatabaseError:
        return False


def missing_steps() -> int:
    """How many migrations its tables lack."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def tables() -> Iterator[Finding]:
    title = _("Tables")
    if missing := missing_steps():
        text = ngettext(
            "%(count)d step is missing to bring the tables up to date.",
            "%(count)d steps are missing to bring the tables up to date.",
            missing,
        )
        yield wrong("tables", title, text % {"count": missing}, todo=_("Run `raccord migrate`."))
    else:
        yield fine("tables", title, _("They are up to date."))


def collation() -> Iterator[Finding]:
    """Text that is ordered otherwise than when its indexes were made is not found again."""
    title = _("Order of texts")
    encoding, recorded, actual = _row(_COLLATION)
    if encoding != "UTF8":
        text = _("The database keeps texts as %(encoding)s.") % {"encoding": encoding}
        todo = _("Make a new database with the encoding UTF8, and restore a backup into it.")
        yield wrong("collation", title, text, todo=todo)
    elif recorded != actual:
        text = _("The operating system orders texts otherwise than when the indexes were made.")
        todo = _(
            "Run REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION, as the "
            "database’s owner."
        )
        yield wrong("collation", title, text, todo=todo)
    else:
        yield fine("collation", title, _("Texts are UTF-8, their order is the one of the indexes."))


def keys() -> Iterator[Finding]:
    title = _("Keys")
    row = hold.current()
    if row is None:
        todo = _("Start Raccord: it then notes which key its secrets need.")
        yield warning("keys", title, _("Raccord was never started on this database."), todo=todo)
    elif key_check.missing(row.key_checks, salt=row.key_salt):
        text = _("The stored secrets were encrypted with another key.")
        todo = _("Put the former key back into RACCORD_VAULT_KEYS, or into the file vault-keys.")
        yield wrong("keys", title, text, todo=todo)
    else:
        yield fine("keys", title, _("The stored secrets can be read."))


def identity() -> Iterator[Finding]:
    title = _("Installation")
    row = hold.current()
    if row is None:
        return
    if hold.is_held():
        row.refresh_from_db()
        text = _("Raccord is held: nothing is exchanged with other systems.")
        todo = _("Say `raccord installation --original` or `raccord installation --copy`.")
        yield wrong("installation", title, f"{text} {because(row)}", todo=todo)
    else:
        yield fine("installation", title, str(row.uid))


def clock() -> Iterator[Finding]:
    """The database's time decides; this machine's is written into logs and signatures."""
    title = _("Clock")
    before = datetime.now(UTC)
    shown: datetime = _row("SELECT clock_timestamp()")[0]
    after = datetime.now(UTC)
    apart = max(before - shown, shown - after, timedelta(0))
    text = _("This machine and the database are %(seconds).0f seconds apart.")
    text %= {"seconds": apart.total_seconds()}
    if apart > FAR_OFF:
        todo = _("Let both machines take their time from the network (NTP).")
        yield warning("clock", title, text, todo=todo)
    else:
        yield fine("clock", title, text)


def _one(statement: str) -> str:
    return str(_row(statement)[0])


def _row(statement: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _without_password(text: str) -> str:
    password = str(settings.DATABASES["default"].get("PASSWORD") or "")
    return text.replace(password, "…") if password else text
