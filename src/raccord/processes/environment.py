"""What our commands fill in before the settings are read: a data folder, addresses, a database.

`raccord.settings` stays the only module that reads the environment for the product; this one only
completes it, and hands it on to the programs that a command starts.
"""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from raccord.processes import embedded_database, own_database
from raccord.processes.last_will import LastWill


def complete(**defaults: str) -> None:
    """Set each variable that the user has not set."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "raccord.settings")
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def speak_terminal_language() -> None:
    """Let commands answer in the terminal's language (LC_ALL, LC_MESSAGES, LANG) if it is ours."""
    from django.conf import settings
    from django.utils import translation

    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    language = locale.partition("_")[0].partition(".")[0].lower()
    translation.activate(language if language in dict(settings.LANGUAGES) else "en")


def data_dir() -> Path:
    """Return the installation's data folder."""
    return Path(os.environ.get("RACCORD_DATA_DIR") or "var").expanduser().resolve()


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Make sure that DATABASE_URL names a running database for as long as the block lasts.

    The user's own, if it answers, else the embedded one of the data folder: if another command of
    ours has it running it is shared, otherwise it is started here and stopped at the end, also by
    kill -9.
    """
    if own := os.environ.get("DATABASE_URL"):
        own_database.require_answer(own)
        yield
        return
    folder = data_dir()
    running = embedded_database.running_url(folder)
    if running:
        os.environ["DATABASE_URL"] = running
        yield
        return
    will = LastWill()
    try:
        os.environ["DATABASE_URL"] = embedded_database.start(folder)
        process_id = embedded_database.process_id(folder)
        if process_id:
            # SIGINT asks PostgreSQL for its fast shutdown, which waits for no client.
            will.add(process_id, signal_number=signal.SIGINT)
        yield
    finally:
        embedded_database.stop(folder)
        will.execute()


def move_to_demo_folder() -> None:
    """Use a data folder and a database of the demo's own, whatever an installation here uses."""
    os.environ["RACCORD_DATA_DIR"] = str(data_dir() / "demo")
    os.environ.pop("DATABASE_URL", None)


def forget_data() -> None:
    """Delete the data folder with everything in it, its database included."""
    folder = data_dir()
    embedded_database.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def temporary_data() -> Iterator[Path]:
    """Use a fresh data folder for the block, removed afterwards, and nothing of the user's own."""
    for name in [name for name in os.environ if name.startswith("RACCORD_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    folder = Path(tempfile.mkdtemp(prefix="raccord-"))
    will = LastWill()
    will.add_folder(folder)
    os.environ["RACCORD_DATA_DIR"] = str(folder)
    try:
        yield folder
    finally:
        will.execute()
