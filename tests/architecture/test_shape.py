"""Modules stay small, layers stay pure, names say the thing."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import SOURCE, name_of, project_files, python_files, text_of

LONGEST_MODULE = 400
# A vendor's error codes are a list of facts: splitting it would only hide some of them.
LISTS_OF_FACTS = {"src/raccord/connectors/salesforce/error_table.py"}
VENDORS = re.compile(r"salesforce|sfdc|apex\b|hubspot", re.IGNORECASE)
VENDOR_FREE = ("engine", "contacts", "sync")
FORBIDDEN_NAMES = re.compile(
    r"(^|_)(utils?|helpers?|common|manager|service|handler|dao)s?$", re.IGNORECASE
)
FORBIDDEN_CLASS_NAMES = re.compile(r"(Util|Utils|Helper|Manager|Service|Handler|DAO)$")


def test_no_module_is_longer_than_anybody_wants_to_read() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in python_files()}

    assert {
        name: length
        for name, length in lengths.items()
        if length > LONGEST_MODULE and name not in LISTS_OF_FACTS
    } == {}


@pytest.mark.parametrize("layer", VENDOR_FREE)
def test_no_vendor_is_named_where_any_vendor_could_stand(layer: str) -> None:
    named = [
        f"{name_of(path)}:{number}"
        for path in project_files()
        if path.is_relative_to(SOURCE / "raccord" / layer)
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1)
        if VENDORS.search(line)
    ]

    assert named == []


def test_the_engine_needs_the_standard_library_only() -> None:
    foreign = {
        f"{name_of(path)}: {module}"
        for path in python_files()
        if path.is_relative_to(SOURCE / "raccord/engine")
        for module in _imported_packages(path)
        if module not in sys.stdlib_module_names and module != "raccord"
    }

    assert foreign == set()


def test_files_and_folders_say_what_they_hold() -> None:
    vague = [
        name_of(path)
        for path in python_files()
        if any(FORBIDDEN_NAMES.search(part) for part in (path.stem, *path.parent.parts))
    ]

    assert vague == []


def test_classes_say_what_they_are() -> None:
    vague = [
        f"{name_of(path)}: {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        if FORBIDDEN_CLASS_NAMES.search(node.name)
    ]

    assert vague == []


def test_every_module_of_the_product_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in python_files()
        if path.is_relative_to(SOURCE)
        and path.name != "apps.py"  # Django's registration of the package, which has a docstring
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def _imported_packages(path: Path) -> set[str]:
    packages: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            packages.add(node.module.partition(".")[0])
    return packages
