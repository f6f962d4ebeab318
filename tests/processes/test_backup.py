"""Backup, edits, restore, held, go on: with real commands and the real embedded server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from raccord.processes import embedded_database
from tests.processes.installation import of_a_newcomer
from tests.waiting import PATIENCE

MAKE = """
from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, Project
from raccord.connections import vault
from raccord.connections.models import Authorization
from raccord.engine.records import Origin, OriginKind
from tests import cast
project = cast.a_project()
cast.the_cast(project)
Authorization.objects.create(source="memory", name="a", login_url="memory://a",
    access_token_sealed=vault.seal("token"), state="active")
"""
EDIT = """
from raccord.contacts.models import Contact
Contact.objects.all().delete()
"""


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="raccord-"))
    yield folder
    embedded_database.stop(folder)
    shutil.rmtree(folder)


def test_a_backup_comes_back_into_an_empty_folder_and_is_held(
    data_dir: Path, elsewhere: Path, tmp_path: Path
) -> None:
    file = tmp_path / "raccord.backup"
    embedded_database.start(data_dir, durable=False)
    assert raccord(data_dir, "migrate", "--verbosity", "0").returncode == 0
    assert raccord(data_dir, "installation").returncode == 0
    python(data_dir, MAKE)
    contacts = count(data_dir)
    assert contacts > 5

    made = raccord(data_dir, "backup", str(file))
    assert made.returncode == 0, made.stderr
    assert f"{contacts} contacts" in made.stdout
    assert file.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "raccord.backup.part").exists()
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["database.dump", "manifest.json"]
    key = (data_dir / "vault-keys").read_bytes()
    assert key not in file.read_bytes()
    assert "exists already" in raccord(data_dir, "backup", str(file)).stderr
    assert raccord(data_dir, "backup", "--verify", str(file)).returncode == 0

    python(data_dir, EDIT)
    assert count(data_dir) == 0
    assert "not empty" in raccord(data_dir, "restore", str(file)).stderr

    # Without the key nothing is begun; with it everything is there, and held.
    refused = raccord(elsewhere, "restore", str(file))
    assert "the key is missing" in refused.stderr
    assert not (elsewhere / "vault-keys").exists()
    (elsewhere / "vault-keys").write_text("another key")
    assert "another key" in raccord(elsewhere, "restore", str(file)).stderr
    (elsewhere / "vault-keys").write_bytes(key)
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(file.read_bytes()[:-200_000] + b"?" + file.read_bytes()[-199_999:])
    refused = raccord(elsewhere, "restore", str(damaged))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    restored = raccord(elsewhere, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "Raccord is held" in restored.stdout
    embedded_database.start(elsewhere, durable=False)
    assert count(elsewhere) == contacts

    assert "Raccord is held" in raccord(elsewhere, "installation").stdout
    gone_on = raccord(elsewhere, "installation", "--original")
    assert "Everything goes on" in gone_on.stdout, gone_on.stderr
    assert "Nothing is held" in raccord(elsewhere, "installation").stdout
    assert tables(elsewhere) == tables(data_dir)


def raccord(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "raccord.cli", *arguments)


def python(folder: Path, text: str) -> None:
    """Run a script as one of the installation's processes would."""
    set_up = f"""
import os
os.environ["DATABASE_URL"] = {embedded_database.url(folder)!r}
os.environ["DJANGO_SETTINGS_MODULE"] = "raccord.settings"
import django
django.setup()
"""
    done = run(folder, "-c", set_up + text)
    assert done.returncode == 0, done.stderr


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**of_a_newcomer(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE * 3,
    )


def count(folder: Path) -> int:
    with psycopg.connect(embedded_database.url(folder)) as connection:
        row = connection.execute("SELECT count(*) FROM contacts_contact").fetchone()
    assert row is not None
    return int(row[0])


def tables(folder: Path) -> list[str]:
    listed = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 2200"
    with psycopg.connect(embedded_database.url(folder)) as connection:
        return sorted(name for (name,) in connection.execute(listed))
