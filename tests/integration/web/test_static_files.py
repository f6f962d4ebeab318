"""Static files: named by their content once they are collected, by their plain name before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import storage
from django.templatetags.static import static
from pytest_django import Settings

from raccord.web import static_files

SERVE_A_PAGE = """
import re
from raccord.web.wsgi import application
from django.test import Client
browser = Client(headers={"host": "127.0.0.1"})
style = re.search(r'"(/static/app\\.[^"]*css)"', browser.get("/nowhere").text)[1]
print(style)
print(browser.get(style).headers["Cache-Control"])
"""


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    """An installation of its own, nothing collected yet; Django makes its storage anew for it."""
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path / "static"


def test_a_page_names_the_plain_files_where_nothing_was_collected(root: Path) -> None:
    assert static("app.js") == "/static/app.js"


def test_collected_files_are_named_by_their_content_and_compressed(root: Path) -> None:
    assert static_files.collect()
    name = storage.staticfiles_storage.url("app.js").removeprefix("/static/")
    assert name.startswith("app.") and name != "app.js"
    assert (root / name).read_text() == (
        Path(static_files.__file__).parent / "static/app.js"
    ).read_text()
    assert (root / f"{name}.gz").exists()


def test_files_are_collected_again_only_when_one_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert static_files.collect()
    assert not static_files.collect()
    monkeypatch.setattr(static_files, "_sources", lambda: iter(["app.js 1 2"]))
    assert static_files.collect()
    assert not static_files.collect()


def test_what_an_interrupted_start_left_is_collected_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as interrupted:
        interrupted.setattr(static_files, "call_command", _fail)
        with pytest.raises(OSError, match="disk full"):
            static_files.collect()
    assert not (root / "staticfiles.json").exists()
    assert static_files.collect()
    assert (root / "staticfiles.json").exists()


def test_what_a_new_installation_serves_may_be_kept_for_ever(tmp_path: Path) -> None:
    served = subprocess.run(
        [sys.executable, "-c", SERVE_A_PAGE],
        env={**os.environ, "RACCORD_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert served.returncode == 0, served.stderr
    style, lifetime = served.stdout.splitlines()[-2:]
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.css", style)
    assert "immutable" in lifetime
    assert "No directory" not in served.stderr


def _fail(*_arguments: object, **_options: object) -> None:
    raise OSError("disk full")
