"""Only what we wrote is in git, and nothing that is true on one machine only."""

import json
import re
from pathlib import Path

from tests.architecture.tree import ROOT, name_of, project_files, text_of

# Put together here, so that this file does not contain what it forbids.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("npm", "pkg", "github", "com"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("index", "crates", "io"),
    )
]
MACHINE_PATHS = re.compile("|".join((r"(?<![\w.])/" + "work/", "/" + "opt/pypi", "/" + "root/")))


def test_no_file_names_a_package_registry() -> None:
    assert _lines_with(re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert _lines_with(MACHINE_PATHS) == []


def test_the_lock_of_the_front_end_records_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())

    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_every_python_requirement_is_pinned_with_hashes_and_without_an_index() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert len(locks) == len(list((ROOT / "requirements").glob("*.in")))
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"^(--(extra-)?index-url|-i |--find-links|--trusted)", text, re.M)
        pins = re.findall(r"^[a-z0-9](?:[^\n]*\\\n)*[^\n]*", text, re.M | re.I)
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(_lines(path), start=1)
        if pattern.search(line)
    ]


def _lines(path: Path) -> list[str]:
    return (text_of(path) or "").splitlines()
