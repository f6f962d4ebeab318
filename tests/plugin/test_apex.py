"""The plug-in's own Apex tests, and those of the interpreter that runs them here."""

from pathlib import Path

import pytest

from tests.plugin import apexrun

pytestmark = pytest.mark.xdist_group("plugin")


def test_the_interpreter_keeps_the_platforms_rules() -> None:
    said = apexrun.run_own_tests()
    assert said.code == 0, said.output[-8000:]


def test_every_apex_test_passes_and_covers_what_a_deployment_needs() -> None:
    # An org asks for 75 %; every trigger must have run.
    said = apexrun.run("--coverage", "--least", "90")
    assert said.code == 0, said.output + said.errors


def test_what_the_interpreter_does_not_know_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "Unknown.cls").write_text(
        "@IsTest private class Unknown {"
        " @IsTest static void t() { ConnectApi.Organization.getSettings(); } }"
    )
    said = apexrun.run("--project", str(tmp_path))
    assert said.code == 2
    assert "apexrun does not know ConnectApi.Organization.getSettings()" in said.output


def test_code_that_cannot_be_read_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "Broken.cls").write_text("public class Broken {\n  void m() { if }\n}")
    said = apexrun.run("--project", str(tmp_path))
    assert said.code == 2
    assert said.errors.startswith("Broken.cls:2:")
