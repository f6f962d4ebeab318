"""Notice that the database was away.

After the database went away the job queue's LISTEN is not made again, and a worker may sit there
without taking any job. So a thread holds one connection and asks a question on it every second.
The first unanswered one ends the worker, and the supervisor starts a fresh one: also after a
restart of the database that was too short to be noticed otherwise.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import structlog

log = structlog.get_logger("raccord.processes")

ASK_EVERY_SECONDS = 1.0
ANSWER_WITHIN_MILLISECONDS = 20_000


def watch_database(parameters: Mapping[str, Any], *, lost: Callable[[], None]) -> threading.Thread:
    """Call `lost` once, from a thread of its own, as soon as a connection made so breaks.

    `parameters` are those of psycopg.connect. Raises psycopg.OperationalError if the database is
    away already.
    """
    settings = {
        **parameters,
        "application_name": "raccord watchdog",
        # A server whose machine vanished sends nothing, not even a reset.
        "tcp_user_timeout": ANSWER_WITHIN_MILLISECONDS,
    }
    connection = psycopg.connect(**settings)
    connection.autocommit = True
    thread = threading.Thread(target=_watch, args=(connection, lost), name="watchdog", daemon=True)
    thread.start()
    return thread


def _watch(connection: psycopg.Connection, lost: Callable[[], None]) -> None:
    pause = threading.Event()
    try:
        while not pause.wait(ASK_EVERY_SECONDS):
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        log.warning("worker.database_lost", error=type(error).__name__)
        lost()
