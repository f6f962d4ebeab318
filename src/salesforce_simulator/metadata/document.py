"""XML documents as small trees that remember where each element stood.

The standard library's trees forget lines and columns, which every problem of a deployment names;
and a document type, the only way to make a small document expand to a large one, is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
MAX_DEPTH = 100


class DocumentError(ValueError):
    """The text is no XML document; `line` and `column` say where, both from 1."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(slots=True)
class Node:
    """An element: its local name, its text, what it contains, and where it began."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 1
    column: int = 1

    def first(self, name: str) -> "Node | None":
        return next((each for each in self.children if each.name == name), None)

    def all(self, name: str) -> Iterator["Node"]:
        return (each for each in self.children if each.name == name)

    def get(self, name: str, default: str = "") -> str:
        """Return the text of the first child of that name."""
        found = self.first(name)
        return found.text if found is not None else default

    def texts(self, name: str) -> list[str]:
        return [each.text for each in self.all(name)]

    def flag(self, name: str) -> bool:
        return self.get(name).lower() == "true"


def parse(content: bytes) -> Node:
    """Return the root of a document. DocumentError where it is none."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as broken:
        reason = expat.errors.messages[broken.code]
        raise DocumentError(reason, line=broken.lineno, column=broken.offset + 1) from broken
    except (ValueError, LookupError) as broken:
        if isinstance(broken, DocumentError):
            raise
        raise DocumentError(str(broken)) from broken
    return reader.root


def write(node: Node, *, indent: int = 0) -> str:
    """Return an element as text, one line for each that contains no other."""
    space = "    " * indent
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    if not node.children:
        if not node.text and node.attributes.get("xsi:nil") == "true":
            return f"{space}<{node.name}{attributes}/>\n"
        return f"{space}<{node.name}{attributes}>{escape(node.text)}</{node.name}>\n"
    inner = "".join(write(each, indent=indent + 1) for each in node.children)
    return f"{space}<{node.name}{attributes}>\n{inner}{space}</{node.name}>\n"


def write_document(root: str, children: list[Node]) -> bytes:
    """Return a metadata file."""
    spaces = {
        "xmlns": NAMESPACE,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    }
    typed = any(name.startswith("xsi:") for each in children for name in _attribute_names(each))
    attributes = spaces if typed else {"xmlns": NAMESPACE}
    text = write(Node(root, children=children, attributes=attributes))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def leaf(name: str, value: object) -> Node:
    """Return an element that holds one value, written as XML has it."""
    return Node(name, str(value).lower() if isinstance(value, bool) else str(value))


def _attribute_names(node: Node) -> Iterator[str]:
    yield from node.attributes
    for each in node.children:
        yield from _attribute_names(each)


class _Reader:
    """Builds the tree while expat reads."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._open: list[Node] = []
        self.root = Node("")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kept = {
            known: value
            for given, value in attributes.items()
            if (known := _known_attribute(given))
        }
        node = Node(
            _local(name),
            attributes=kept,
            line=self.parser.CurrentLineNumber,
            column=self.parser.CurrentColumnNumber + 1,
        )
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        if len(self._open) == MAX_DEPTH:
            raise DocumentError("elements are nested too deeply", line=node.line)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        # Space between elements is no content; space within a text is.
        node.text = "" if node.children else node.text

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _refuse(self, *_: object) -> None:
        raise DocumentError("DOCTYPE is not allowed", line=self.parser.CurrentLineNumber)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _known_attribute(name: str) -> str:
    """Keep what says of which type a value is; the prefix of a namespace is its writer's choice."""
    local = _local(name)
    return f"xsi:{local}" if ":" in name and local in {"type", "nil"} else ""
