"""What every web and worker process does first, and a worker once a minute.

Is the vault's key the right one, is the database the one that this machine knows? A wrong key ends
the process: it could read no stored secret, and would seal new ones with the wrong key. A database
that was restored or copied is served, but held (see `hold`).
"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from raccord.installation import hold, key_check, marker, traits
from raccord.installation.models import THE_ONE, HeldBecause, Installation

log = structlog.get_logger(__name__)

WRONG_KEY = (
    "The secrets in the database were encrypted with another key than the one of this process. "
    "Put the former key back: into RACCORD_VAULT_KEYS, or as the file vault-keys of the data "
    "folder ({folder}). If it is lost for good, run `raccord reseal --give-up-unreadable`: every "
    "connection must then be authorized anew."
)


class WrongKeyError(RuntimeError):
    """The vault's keys are not those that the database needs; the message says what to do."""


def begin() -> Installation:
    """Check the keys and the database, and note what was found. Raises WrongKeyError."""
    with transaction.atomic():
        row = locked_row()
        if key_check.missing(row.key_checks, salt=row.key_salt):
            log.error("installation.wrong_key")
            raise WrongKeyError(WRONG_KEY.format(folder=settings.DATA_DIR))
        # From now on the first key may seal something.
        row.key_checks = sorted({*row.key_checks, *key_check.of_keys(row.key_salt)[:1]})
        noted, here, birthmark = marker.read(), traits.place(marker.path()), _birthmark()
        reason = _why_held(row, noted=noted, here=here, birthmark=birthmark)
        row.counter += 1
        row.birthmark = row.birthmark or birthmark
        row.place = row.place or here
        row.save()
        if reason:
            hold.hold(reason)
    _note(row, noted=noted)
    row.refresh_from_db()
    log.info("installation.begun", installation=str(row.uid), held=row.held_because or "no")
    return row


def tick() -> None:
    """Count on, and note it in the data folder; once a minute."""
    if Installation.objects.filter(pk=THE_ONE).update(counter=F("counter") + 1):
        row = Installation.objects.get(pk=THE_ONE)
        noted = marker.read()
        if noted and noted[0] == row.uid and noted[1] > row.counter:
            hold.hold(HeldBecause.OLDER)
            return
        _note(row, noted=noted)


@transaction.atomic
def first_key_only() -> None:
    """From now on only the first of the vault's keys is needed: it has sealed everything."""
    row = locked_row()
    row.key_checks = key_check.of_keys(row.key_salt)[:1]
    row.save()


def record(row: Installation) -> None:
    """Take the database and its place for what they are now; saved by the caller."""
    marker.write(row.uid, row.counter)
    row.birthmark, row.place = _birthmark(), traits.place(marker.path())


def locked_row() -> Installation:
    """The row, made if there is none yet; nobody else changes it until the transaction ends."""
    Installation.objects.bulk_create([Installation()], ignore_conflicts=True)
    return Installation.objects.select_for_update().get(pk=THE_ONE)


def _why_held(
    row: Installation,
    *,
    noted: tuple[object, int] | None,
    here: traits.Place,
    birthmark: str,
) -> HeldBecause | None:
    if row.birthmark and row.birthmark != birthmark:
        return HeldBecause.RESTORED
    if noted and noted[0] == row.uid and noted[1] > row.counter:
        return HeldBecause.OLDER
    # A note that is gone was left behind: the folder is not the one it was.
    if traits.differ(row.place, here) or (here and noted is None and row.place.get("file")):
        return HeldBecause.MOVED
    return None


def _note(row: Installation, *, noted: tuple[object, int] | None) -> None:
    """Never backwards: what was seen of the database stays noted until a person has decided."""
    if noted and noted[0] == row.uid and noted[1] > row.counter:
        return
    marker.write(row.uid, row.counter)
    if not row.place.get("file") and (here := traits.place(marker.path())):
        # The first note: only now there is a file whose number can be remembered.
        Installation.objects.filter(pk=row.pk).update(place={**row.place, **here})


def _birthmark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {traits.BIRTHMARK}")
        return str(cursor.fetchone()[0])
