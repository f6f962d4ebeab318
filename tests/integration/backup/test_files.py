"""A backup says what is in it; one that is damaged, foreign or cut short is refused."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from django.core.management import call_command

from raccord.backup import archive, making, restoring
from raccord.backup.archive import BackupError
from raccord.installation import key_check, starting
from raccord.processes.postgres_programs import ProgramError
from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path, settings: pytest.FixtureRequest) -> Scene:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    starting.begin()
    return a_scene()


def test_it_names_its_installation_and_counts_its_rows(scene: Scene, tmp_path: Path) -> None:
    scene.contact()
    made = making.make(tmp_path / "a.backup").manifest
    assert archive.read(tmp_path / "a.backup") == made == making.verify(tmp_path / "a.backup")
    assert made.rows["contacts_contact"] == 1
    assert "django_session" not in made.rows
    row = starting.begin()
    assert made.installation == str(row.uid)
    assert not key_check.missing(made.key_checks, salt=row.key_salt)
    with tarfile.open(tmp_path / "a.backup") as opened:
        part = opened.extractfile(archive.MANIFEST)
        assert part
        assert orjson.loads(part.read())["digest"] == made.digest


def test_whatever_is_no_whole_backup_is_refused(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    making.make(file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    wrong = tmp_path / "wrong.backup"
    for broken in (b"", b"nothing", whole[:middle], whole[: middle - middle % 512], whole[512:]):
        wrong.write_bytes(broken)
        with pytest.raises(BackupError):
            making.verify(wrong)
    changed = bytes([whole[middle] ^ 1])
    wrong.write_bytes(whole[:middle] + changed + whole[middle + 1 :])
    with pytest.raises((BackupError, ProgramError)):
        making.verify(wrong)
    with pytest.raises(BackupError):
        making.verify(tmp_path / "missing")


def test_missing_rows_are_noticed(scene: Scene, tmp_path: Path) -> None:
    scene.contact()
    file = tmp_path / "a.backup"
    made = making.make(file).manifest
    rows = {**made.rows, "contacts_contact": 2}
    dump = io.BytesIO(b"".join(archive.pieces(file, made)))
    archive.write(tmp_path / "b.backup", dump=dump, manifest=replace(made, rows=rows))
    with pytest.raises(BackupError, match="contacts_contact"):
        making.verify(tmp_path / "b.backup")


def test_nothing_is_overwritten_and_nothing_left_behind(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    file.write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        making.make(file)
    assert file.read_text() == "mine"
    with pytest.raises(BackupError):
        making.make(tmp_path / "no-such-folder" / "a.backup")
    with pytest.raises(BackupError):
        making.make(file / "below-a-file")
    assert not list(tmp_path.glob("*.part"))


def test_a_database_with_anything_in_it_is_not_restored_into(scene: Scene, tmp_path: Path) -> None:
    made = making.make(tmp_path / "a.backup")
    with pytest.raises(BackupError, match="not empty"):
        restoring.restore(made.path)
    with pytest.raises(BackupError, match="newer Raccord"):
        restoring._require_known(replace(made.manifest, migrations={"contacts": "9999_future"}))


def test_a_form_of_the_future_is_refused(scene: Scene, tmp_path: Path) -> None:
    made = making.make(tmp_path / "a.backup").manifest
    dump = io.BytesIO(b"".join(archive.pieces(tmp_path / "a.backup", made)))
    archive.write(tmp_path / "b.backup", dump=dump, manifest=replace(made, format=2))
    with pytest.raises(BackupError, match="this version"):
        archive.read(tmp_path / "b.backup")


def test_the_command_verifies_without_writing(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", str(tmp_path / "a.backup"))
    assert "0 contacts" in capsys.readouterr().out
    call_command("backup", str(tmp_path / "a.backup"), verify=True)
    assert "was read back" in capsys.readouterr().out
