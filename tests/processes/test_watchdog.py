"""The watchdog: a broken connection to the database is noticed, a working one is no reason."""

import os
import threading

import psycopg
from psycopg.conninfo import conninfo_to_dict

from raccord.processes import watchdog
from tests.waiting import PATIENCE, wait_until


def test_a_connection_that_the_server_cuts_is_noticed() -> None:
    url = os.environ["DATABASE_URL"]
    lost = threading.Event()
    thread = watchdog.watch_database(conninfo_to_dict(url), lost=lost.set)

    with psycopg.connect(url, autocommit=True) as administrator:
        find = "SELECT pid FROM pg_stat_activity WHERE application_name = 'raccord watchdog'"
        asked = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND query = 'SELECT 1'"
        (pid,) = wait_until(lambda: administrator.execute(find).fetchone())
        wait_until(lambda: administrator.execute(asked, [pid]).fetchone())
        assert not lost.is_set()
        administrator.execute("SELECT pg_terminate_backend(%s)", [pid])

    assert lost.wait(timeout=PATIENCE)
    thread.join(timeout=PATIENCE)
    assert not thread.is_alive()
