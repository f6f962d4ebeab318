"""Python in a process of its own, on the test's database: to be killed, or to be measured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
PRELUDE = "import os, signal, django; django.setup()\nfrom raccord.contacts import "


def run(imported: str, code: str, *, seconds: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    """Run `code` with these names of `raccord.contacts`, after Django's set-up."""
    return subprocess.run(
        [sys.executable, "-c", f"{PRELUDE}{imported}\n{code}"],
        env=os.environ
        | {
            "DATABASE_URL": _url(),
            "DJANGO_SETTINGS_MODULE": "raccord.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "RACCORD_LOG_LEVEL": "WARNING",
        },
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def _url() -> str:
    """The test's own database, as DATABASE_URL would name it."""
    found = connection.settings_dict
    person = quote(found["USER"], safe="")
    if found["PASSWORD"]:
        person += f":{quote(found['PASSWORD'], safe='')}"
    query = f"host={quote(found['HOST'], safe='')}" + (
        f"&port={found['PORT']}" if found["PORT"] else ""
    )
    return f"postgresql://{person}@/{found['NAME']}?{query}"
