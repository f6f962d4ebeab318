"""The pure parts of the Metadata API: XML, manifests, and the light reading of Apex."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.metadata.apex import length_without_comments, without_comments
from salesforce_simulator.metadata.archive import ArchiveError, pack, unpack
from salesforce_simulator.metadata.document import (
    DocumentError,
    Node,
    leaf,
    parse,
    write_document,
)
from salesforce_simulator.metadata.manifest import read_manifest, write_manifest

NAMES = st.text(string.ascii_letters, min_size=1, max_size=8)
# XML has no way to write control characters, and reads a carriage return as a line feed.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)


def trees() -> st.SearchStrategy[Node]:
    leaves = st.builds(leaf, NAMES, TEXTS)
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda name, children: Node(name, children=children),
            NAMES,
            st.lists(inner, min_size=1, max_size=4),
        ),
        max_leaves=12,
    )


def shape(node: Node) -> tuple[object, ...]:
    return node.name, node.text, [shape(each) for each in node.children]


@given(st.lists(trees(), max_size=4))
def test_what_is_written_is_read_back(children: list[Node]) -> None:
    root = parse(write_document("CustomObject", children))

    assert [shape(each) for each in root.children] == [shape(each) for each in children]


@given(st.binary(max_size=200))
def test_anything_else_is_refused_with_its_place(content: bytes) -> None:
    try:
        parse(content)
    except DocumentError as refused:
        assert refused.line >= 1 and refused.message


def test_elements_know_where_they_began() -> None:
    node = parse(b"<a>\n  <b>1</b>\n    <c/></a>").children[1]

    assert (node.name, node.line, node.column) == ("c", 3, 5)


def test_depth_is_limited() -> None:
    with pytest.raises(DocumentError, match="nested too deeply"):
        parse(b"<a>" * 200 + b"</a>" * 200)


@given(st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=3, unique=True), max_size=4))
def test_manifests_are_read_as_they_were_written(members: dict[str, list[str]]) -> None:
    read = read_manifest(write_manifest(members, "62.0"))

    assert {kind: sorted(names) for kind, names in members.items()} == read.members
    assert read.version == "62.0"


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_zips_hold_what_was_packed(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)).files == files
    assert pack(files) == pack(dict(reversed(files.items())))


@given(st.binary(max_size=300))
def test_whatever_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveError):
        unpack(content)


@given(st.text("ab'\\/*{}\n ", max_size=60))
def test_reading_apex_loses_no_character_and_no_line(body: str) -> None:
    code = without_comments(body)

    assert len(code) == len(body)
    assert [at for at, each in enumerate(code) if each == "\n"] == [
        at for at, each in enumerate(body) if each == "\n"
    ]
    assert 0 <= length_without_comments(body) <= len(body)
