"""A set-up file is either read whole or refused with file, line and key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.blueprint.reading import InvalidBlueprint, read
from raccord.blueprint.sentences import sentence_for

ENVIRONMENT = {
    "RACCORD_SIMULATOR_URL": "http://127.0.0.1:1",
    "RACCORD_OAUTH_CLIENT_ID": "app",
    "RACCORD_OAUTH_CLIENT_SECRET": "hidden",
}
DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo.yaml"
SMALL = """\
version: 1
project:
  name: Small
  slug: small
  unique_key: [email]
  fields:
    - {key: email, type: email}
"""


def refused(tmp_path: Path, text: str | bytes) -> list[str]:
    """The findings as ``line: key: code`` for a file with this content."""
    path = tmp_path / "setup.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InvalidBlueprint) as caught:
        read(path, environment=ENVIRONMENT)
    for problem in caught.value.problems:
        assert problem.code not in sentence_for(problem), "every finding has a sentence"
    found = []
    for problem in caught.value.problems:
        place = problem.at.removeprefix(str(path)).lstrip(":")
        found.append(f"{place} {problem.code.rpartition('.')[2]}".strip())
    return found


def test_the_demo_file_is_read_with_its_secret_from_the_environment() -> None:
    blueprint = read(DEMO, environment=ENVIRONMENT).blueprint
    assert blueprint.authorizations[0].client_secret == "hidden"
    assert [field.key for field in blueprint.project.fields][:3] == [
        "email",
        "first_name",
        "last_name",
    ]
    assert len(blueprint.connections[0].transfers[0].mappings) == 16


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (("slug: small", "slag: small"), "4: project.slag unknown_key"),
        (("type: email", "type: mail"), "7: project.fields.0.type unknown_value"),
        (("name: Small", "name: [1]"), "3: project.name not_text"),
        (("[email]", "email"), "5: project.unique_key no_list"),
        (
            ("type: email", "type: email, required: perhaps"),
            "7: project.fields.0.required not_boolean",
        ),
        (
            ("type: email", "type: text, max_length: long"),
            "7: project.fields.0.max_length not_integer",
        ),
        (("type: email", "type: text, max_length: 0"), "7: project.fields.0.max_length too_small"),
        (
            ("type: email", "type: text, max_length: 99999"),
            "7: project.fields.0.max_length too_great",
        ),
        (("name: Small", "name: ''"), "3: project.name empty"),
        (("slug: small", "slug: Small One"), "4: project.slug bad_form"),
        (("[email]", "[e_mail]"), "5: project.unique_key.0 no_such"),
        (("version: 1", "version: 2"), "1: version unknown_value"),
        (("name: Small", "name: ${NOBODY}"), "3: project.name no_variable"),
        (("name: Small", "name: a\n  name: b"), "4: project.name repeated_key"),
        (("name: Small", "name: &a [*a]"), "3 alias"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, change: tuple[str, str], finding: str) -> None:
    assert finding in refused(tmp_path, SMALL.replace(*change))


def test_a_missing_key_is_named_at_its_parent(tmp_path: Path) -> None:
    assert refused(tmp_path, SMALL.replace("  slug: small\n", "")) == [
        "2: project.slug missing_key"
    ]


def test_an_unknown_field_and_an_unknown_object_are_named(tmp_path: Path) -> None:
    text = SMALL + (
        "connections:\n"
        "  - name: C\n"
        "    source: memory\n"
        "    authorization: nobody\n"
        "    transfers:\n"
        "      - object: Person\n"
        "        mappings: [{field: ghost, to: Email}]\n"
        "    integration: {operations: {Ghost: [created]}}\n"
    )
    assert refused(tmp_path, text) == [
        "14: connections.0.transfers.0.mappings.0.field no_such",
        "15: connections.0.integration.operations.Ghost no_such",
    ]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "1 no_mapping"),
        (b"- a\n", "1 no_mapping"),
        (b"a: [\n", "2 not_yaml"),
        (b"\xff\xfe\x00a", "encoding"),
        (b"version: 1\n" + b"#" * 1_000_001, "too_large"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, finding: str) -> None:
    assert refused(tmp_path, content) == [finding]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidBlueprint):
        read(tmp_path / "nothing.yaml")


@given(content=st.binary(max_size=300))
def test_no_content_ever_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "setup.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidBlueprint):
        read(path, environment={})
