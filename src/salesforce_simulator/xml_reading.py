"""Reading XML that strangers send: by local names, since clients choose their own prefixes."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class XmlError(ValueError):
    """What was sent is no XML that can be read; says why."""


class _WithoutDoctype(ElementTree.TreeBuilder):
    """A document type is the only way to make a small document expand to a large one."""

    def doctype(self, *_: str | None) -> None:
        raise XmlError("DOCTYPE is not allowed")


def parse(body: bytes) -> Element:
    """Return the root of a document. XmlError where it is none or has a document type."""
    parser = ElementTree.XMLParser(target=_WithoutDoctype())  # noqa: S314
    try:
        parser.feed(body)
        root = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as broken:
        raise XmlError(str(broken)) from broken
    if not isinstance(root, Element):
        raise XmlError("no element found")
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def text(element: Element) -> str:
    return (element.text or "").strip()


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of that local name, in any case."""
    folded = name.lower()
    return next((each for each in parent if local(each).lower() == folded), None)


def children(parent: Element, name: str) -> list[Element]:
    """Return the children of that local name, in any case."""
    folded = name.lower()
    return [each for each in parent if local(each).lower() == folded]


def child_text(parent: Element, name: str) -> str:
    """Return the text of the first child of that name, "" if there is none."""
    found = child(parent, name)
    return text(found) if found is not None else ""


def is_nil(element: Element) -> bool:
    return element.get(NIL, "").lower() in {"true", "1"}
