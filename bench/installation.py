"""A fresh installation to measure in: a data folder, settings and a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh() -> Iterator[Path]:
    """Give its data folder, with the database up and migrated; both are gone afterwards.

    Once per process, since the settings are read once: callers run in a spawned one.
    """
    from raccord.demo import scenery
    from raccord.processes import environment, ports

    with environment.temporary_data() as folder:
        scenery.complete_environment(
            public_url=f"http://127.0.0.1:{ports.free_port()}",
            simulator_url=f"http://127.0.0.1:{ports.free_port()}",
        )
        with environment.database():
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield folder
