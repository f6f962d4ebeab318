"""The configuration, the versions, and the disk."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from raccord import __version__
from raccord.doctor.findings import Finding, fine, warning, wrong

TESTED = ((3, 11), (3, 12), (3, 13))
_GIB = 1024**3
LITTLE, NEARLY_NONE = 2 * _GIB, _GIB // 4
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


_KEYS = (("secret-key", "RACCORD_SECRET_KEY"), ("vault-keys", "RACCORD_VAULT_KEYS"))


def versions() -> Iterator[Finding]:
    title = _("Versions")
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    text = _("Raccord %(raccord)s, Python %(python)s") % {"raccord": __version__, "python": python}
    if sys.version_info[:2] in TESTED:
        yield fine("versions", title, text)
    else:
        todo = _("Use Python %(first)s to %(last)s, with which Raccord is tested.")
        named = {"first": "3.11", "last": "3.13"}
        yield warning("versions", title, text, todo=todo % named)


def address() -> Iterator[Finding]:
    title = _("Public address")
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        text = _("RACCORD_PUBLIC_URL is no web address.")
        todo = _("Write it like https://contacts.example.org.")
        yield wrong("address", title, text, todo=todo)
    elif parts.hostname in ON_THIS_MACHINE:
        text = _("Only this machine can reach Raccord: %(address)s.")
        yield fine("address", title, text % {"address": settings.PUBLIC_URL})
    elif parts.scheme == "http":
        text = _("People reach Raccord without encryption: %(address)s.")
        todo = _("Put a web server with HTTPS in front, and set RACCORD_PUBLIC_URL to https://….")
        yield warning("address", title, text % {"address": settings.PUBLIC_URL}, todo=todo)
    else:
        yield fine("address", title, settings.PUBLIC_URL)
    if settings.DEBUG:
        text = _("RACCORD_DEBUG shows the details of errors to everybody.")
        yield wrong("debug", title, text, todo=_("Remove it."))


def key_files() -> Iterator[Finding]:
    """Whether others on this machine can read the keys."""
    title = _("Key files")
    readable = []
    for name, setting in _KEYS:
        path = Path(settings.DATA_DIR) / name
        if setting not in os.environ and path.exists() and _others_can_read(path):
            readable.append(str(path))
    if readable:
        text = _("Others on this machine can read %(files)s.") % {"files": ", ".join(readable)}
        yield wrong("key_files", title, text, todo=_("Take their rights away: chmod 600."))
    else:
        yield fine("key_files", title, _("Nobody else can read the keys."))


def data_folder() -> Iterator[Finding]:
    """Whether it can be written to, and how much room is left."""
    title = _("Data folder")
    folder = Path(settings.DATA_DIR)
    named = {"folder": str(folder)}
    if not os.access(folder, os.W_OK):
        text = _("%(folder)s cannot be written to.") % named
        todo = _("Give its rights back to the user that Raccord runs as, or make room on its disk.")
        yield wrong("data_folder", title, text, todo=todo)
        return
    free = shutil.disk_usage(folder).free
    named["free"] = f"{free / _GIB:.1f}"
    text = _("%(folder)s has %(free)s GiB left.") % named
    todo = _("Make room, or move the data folder to a larger disk.")
    if free < NEARLY_NONE:
        yield wrong("data_folder", title, text, todo=todo)
    elif free < LITTLE:
        yield warning("data_folder", title, text, todo=todo)
    else:
        yield fine("data_folder", title, text)


def _others_can_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
