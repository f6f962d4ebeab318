"""Static files under names that change with their content.

Whoever serves the screens (`wsgi.py`) collects them first: a browser may then keep them for ever,
and after an upgrade no page meets a script of another version, nor half of one. Where nothing was
collected (tests, Django's own commands, RACCORD_DEBUG) pages name the files as they lie in
`static/`.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = structlog.get_logger(__name__)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """The storage behind `{% static %}`."""

    def stored_name(self, name: str) -> str:
        """The collected file's name, or the plain one where nothing was collected."""
        return str(super().stored_name(name)) if self.hashed_files else name


def collect() -> bool:
    """Collect the files if they changed since the last time; whether they had.

    Several processes may begin at once: one collects, the others wait for it.
    """
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp = root.with_name(f"{root.name}.collected")
    now = _state()
    with stamp.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == now:
            return False
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)
    log.info("static_files.collected")
    return True


def _state() -> str:
    """Changes whenever a static file does."""
    return hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            yield f"{path} {found.st_size} {found.st_mtime_ns}"
