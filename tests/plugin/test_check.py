"""What `make check-plugin` says where it cannot run, and that a failed step is not overheard."""

from pathlib import Path

import pytest

from tools import check_plugin
from tools.npm import NpmError

OLD = "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n"
NEW = "#!/bin/sh\necho 'openjdk version \"21.0.1\" 2023-10-17' >&2\n"


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def place(folder: Path, script: str) -> None:
    program = folder / "java"
    program.write_text(script)
    program.chmod(0o755)


@pytest.mark.parametrize("script", [None, OLD, "#!/bin/sh\nexit 1\n"])
def test_without_a_java_of_today_it_says_in_one_line_what_to_install(
    bin_folder: Path, capsys: pytest.CaptureFixture[str], script: str | None
) -> None:
    if script:
        place(bin_folder, script)
    assert check_plugin.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "openjdk-17-jre-headless" in said.err


def test_without_npm_it_says_in_one_line_what_to_install(
    bin_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place(bin_folder, NEW)

    def install(_: Path) -> None:
        raise FileNotFoundError("npm")

    monkeypatch.setattr(check_plugin, "install", install)
    assert check_plugin.main([]) == 2
    assert capsys.readouterr().err.splitlines() == [f"check-plugin: {check_plugin.NO_NPM}"]


def test_packages_that_cannot_be_had_are_said_in_one_line(
    bin_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place(bin_folder, NEW)

    def install(_: Path) -> None:
        raise NpmError("npm ci ended with status 1")

    monkeypatch.setattr(check_plugin, "install", install)
    assert check_plugin.main([]) == 2
    assert capsys.readouterr().err == "check-plugin: npm ci ended with status 1\n"


def test_a_step_that_does_not_exist_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # The steps themselves are not run here: installing what they need takes half a minute.
    monkeypatch.setattr(check_plugin, "install", lambda _: None)
    monkeypatch.setattr(check_plugin, "java_version", lambda: check_plugin.OLDEST_JAVA)
    assert check_plugin.main(["no-such-step"]) == 1
    assert capfd.readouterr().out == "FAILED: no-such-step\n"
