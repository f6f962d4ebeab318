"""pytest plugin: a real PostgreSQL for the test run, started before Django reads its settings.

Loaded by `-p tests.database` in pyproject.toml. If DATABASE_URL is set, that server is used.
Otherwise one embedded server is started in a short temporary folder, shared by all xdist workers
(each makes its own test database in it), and stopped at the end, also when pytest is killed.
"""

import os
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from raccord.processes import embedded_database
from raccord.processes.last_will import LastWill

# Held for as long as pytest lives: a will is executed when nobody holds it any more.
_wills: list[LastWill] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Start the server, around everything else: pytest-django loads the settings in this hook."""
    if not os.environ.get("DATABASE_URL"):
        _start_server()
    # Whitenoise warns where there is no folder of collected files; here it stays empty.
    Path(os.environ.get("RACCORD_DATA_DIR", "var"), "static").mkdir(parents=True, exist_ok=True)
    return (yield)


def _start_server() -> None:
    """Start a server whose end is written into a last will, which needs no hook to be executed."""
    data_dir = Path(tempfile.mkdtemp(prefix="raccord-test-"))
    will = LastWill()
    _wills.append(will)
    will.add_folder(data_dir)
    os.environ.setdefault("RACCORD_DATA_DIR", str(data_dir))
    os.environ["DATABASE_URL"] = embedded_database.start(data_dir, durable=False)
    process_id = embedded_database.process_id(data_dir)
    assert process_id is not None
    # SIGINT is PostgreSQL's "fast shutdown": it waits for nobody.
    will.add(process_id, signal_number=signal.SIGINT)
