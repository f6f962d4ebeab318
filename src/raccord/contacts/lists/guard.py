"""A list that takes too long is given up with advice, instead of a page that never comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from raccord.contacts.lists.matching import InvalidList
from raccord.engine.errors import BadInput

SECONDS = 8.0
TOO_SLOW = "raccord.list.too_slow"

# Machine code is made for long reports; sorting needs room.
_READING = {"jit": "off", "work_mem": "64MB", "random_page_cost": "1.1"}
_NOW = """
SELECT current_setting(name) FROM unnest(%s::text[]) WITH ORDINALITY AS n (name, place)
ORDER BY place
"""
_SET = "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS n (name, value)"


@contextmanager
def impatient(seconds: float | None = None) -> Iterator[None]:
    """Each statement of the block gets SECONDS, or so many. Raises InvalidList (TOO_SLOW)."""
    wanted = {"statement_timeout": f"{(seconds or SECONDS) * 1000:.0f}", **_READING}
    try:
        with transaction.atomic(), _set(wanted):
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise InvalidList([BadInput(TOO_SLOW, at="list")]) from error
        raise


@contextmanager
def _set(wanted: Mapping[str, str]) -> Iterator[None]:
    """Settings for a part of the current transaction, which then gets its own ones back."""
    names = list(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [names])
        before = [row[0] for row in cursor.fetchall()]
        cursor.execute(_SET, [names, list(wanted.values())])
        yield
        cursor.execute(_SET, [names, before])
