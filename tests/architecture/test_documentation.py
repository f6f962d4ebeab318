"""The reference describes what exists, all of it and nothing else; links lead somewhere."""

import ast
import re
from pathlib import Path

import pytest

from raccord.cli import command_parsers
from raccord.engine import errors
from tests.architecture.tree import ROOT, SOURCE, name_of, project_files, python_files
from tools import reference
from tools.reference import error_sentences

REFERENCE = ROOT / "docs/reference"
SETTING = re.compile(r"^(RACCORD_[A-Z_]+|DATABASE_URL)$")
ERROR_CODE = re.compile(r"^raccord\.[a-z_]+\.[a-z_]+$")
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def test_every_setting_is_described_and_every_described_one_is_read() -> None:
    module = ast.parse((SOURCE / "raccord/settings.py").read_text())
    read = {text for text in _texts(module) if SETTING.match(text)}

    assert _headings(REFERENCE / "settings.md", SETTING) == read


def test_every_command_is_described() -> None:
    headings = _headings(REFERENCE / "commands.md", re.compile(r"^raccord [a-z-]+$"))

    assert headings == {f"raccord {name}" for name in command_parsers()}


def test_every_make_target_is_described() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.M))
    described = (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "README.md").read_text()

    assert {name for name in targets if f"`make {name}`" not in described} == set()


@pytest.mark.parametrize(
    "page",
    [path for path in project_files() if path.suffix == ".md"],
    ids=name_of,
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text()):
        file = (page.parent / target) if target else page
        if not file.exists():
            broken.append(target)
        elif anchor and file.suffix == ".md" and anchor[1:] not in _anchors(file):
            broken.append(target + anchor)

    assert broken == []


def test_every_decision_has_a_number_of_its_own_and_is_listed() -> None:
    records = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    overview = (ROOT / "docs/decisions/README.md").read_text()

    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    assert [name for name in records if f"({name})" not in overview] == []


def test_every_error_code_in_the_product_has_words() -> None:
    words = error_sentences()
    raised = {
        f"{name_of(path)}: {code.value!r}"
        for path in python_files()
        if path.is_relative_to(SOURCE / "raccord") and path.name != "settings.py"
        for code in [*_codes_of_failures(path), *_codes_with_names(path)]
        if code.value not in words
    }

    assert raised == set()


def test_the_generated_pages_are_up_to_date() -> None:
    assert reference.main(["check"]) == 0


def _codes_of_failures(path: Path) -> list[ast.Constant]:
    """Return the codes that are given to a failure of the taxonomy where it is made."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    return [
        argument
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in kinds
        for argument in [*node.args[:1], *(k.value for k in node.keywords if k.arg == "code")]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _codes_with_names(path: Path) -> list[ast.Constant]:
    """Return the codes that a module gives a name of its own: NO_KEY = "raccord.contact.no_key"."""
    return [
        node.value
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and ERROR_CODE.match(node.value.value)
    ]


def _texts(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _headings(page: Path, wanted: re.Pattern[str]) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {name for title in titles if wanted.match(name := title.strip(" `"))}


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
