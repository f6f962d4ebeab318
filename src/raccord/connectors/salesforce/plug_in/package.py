"""The plug-in's files as the Metadata API takes them: a zip with its package.xml.

The source lies as the vendor's tools keep it, an object in many small files; the API wants one
file an object. Metadata API guide, "Deploying and Retrieving Metadata with the Zip File". What the
vendor's own library makes of the same source is in `salesforce-plugin/manifest/`, and has to name
the same components (a test compares them).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from raccord.connectors.salesforce.plug_in import manifest
from raccord.engine.errors import Failure

SOURCE_MISSING = "salesforce.plug_in.source_missing"
API = "65.0"
# As in a checkout: the plug-in lies beside src/.
PROJECT = Path(__file__).parents[5] / "salesforce-plugin"

_VERSION = re.compile(r"PLUGIN\s*=\s*'([0-9]+(?:\.[0-9]+)*)'")
_NO_ADDRESS = re.compile(r"https://raccord\.invalid/[^<]*")
_META = "-meta.xml"
# Files that keep their description beside them; of all others the description is the file.
_WITH_CONTENT = frozenset({"classes", "triggers", "lwc"})
_OBJECT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n{inner}</CustomObject>\n'
)
_INNER = re.compile(r"<(CustomObject|CustomField)\b[^>]*>(.*)</\1>", re.DOTALL)


def version() -> str:
    """The number of the plug-in that lies here; raises Failure if none does."""
    found = version_in(_read(_main() / "classes" / "RaccordVersion.cls").decode())
    if not found:
        raise Failure(SOURCE_MISSING)
    return found


def version_in(body: str) -> str:
    """The number that the class RaccordVersion says; "" if it says none."""
    found = _VERSION.search(body)
    return found.group(1) if found else ""


def archive(address: str) -> bytes:
    """The plug-in without tests and translations; `address` is where it posts, "" if not known."""
    return pack(components(address))


def components(address: str = "", *, tests: bool = False) -> dict[str, bytes]:
    """The files of the package by their path in it. tests: production asks for them."""
    files = dict(_plain_files(_main()))
    if tests:
        files |= dict(_plain_files(_main().parent / "test"))
    files |= dict(_objects(_main() / "objects"))
    if address:
        path = "namedCredentials/RaccordEndpoint.namedCredential"
        # A credential's address is joined to the path that is called, which begins with a slash.
        wanted = escape(address.rstrip("/"))
        files[path] = _NO_ADDRESS.sub(lambda _: wanted, files[path].decode()).encode()
    return files


def test_names() -> list[str]:
    """The Apex classes that test the others."""
    folder = _main().parent / "test" / "classes"
    return sorted(each.stem for each in folder.glob("*Test.cls"))


def translations() -> dict[str, bytes]:
    """French, in a package of its own: an org that has not switched it on refuses it."""
    return {
        f"translations/{_bare(each)}": _read(each)
        for each in sorted((_main() / "translations").glob("*.translation-meta.xml"))
    }


def subscription(username: str) -> dict[str, bytes]:
    """Who sends: the platform event's trigger runs as this user."""
    name = "RaccordWakeUp.platformEventSubscriberConfig"
    text = _read(PROJECT / "config" / f"{name}{_META}").decode()
    filled = text.replace("<user>USERNAME</user>", f"<user>{escape(username)}</user>")
    return {f"PlatformEventSubscriberConfigs/{name}": filled.encode()}


def removal(
    first: Mapping[str, Collection[str]], then: Mapping[str, Collection[str]]
) -> dict[str, bytes]:
    """What takes components away, those by type; `then` are what those of `first` refer to.

    Metadata API guide, "Deleting Components from an Organization": a package that is empty but for
    both lists, one of which is carried out before it and one after it.
    """
    return {
        "destructiveChangesPre.xml": manifest.written(first, api=API),
        "destructiveChangesPost.xml": manifest.written(then, api=API),
    }


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files with their manifest, the same for the same files."""
    held = {path: data for path, data in files.items() if "/" in path}
    packed = {**files, "package.xml": manifest.of(held, api=API)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(packed):
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, packed[path])
    return out.getvalue()


def _main() -> Path:
    found = PROJECT / "force-app" / "main" / "default"
    if not found.is_dir():
        raise Failure(SOURCE_MISSING)
    return found


def _plain_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that is a file over there as well, but for objects and translations."""
    for each in sorted(root.rglob("*")):
        folder = each.relative_to(root).parts[0]
        if not each.is_file() or "__tests__" in each.parts or each.name.startswith("."):
            continue
        if folder not in ("objects", "translations"):
            path = each.relative_to(root)
            name = path.name if folder in _WITH_CONTENT else _bare(path)
            yield path.with_name(name).as_posix(), _read(each)


def _objects(root: Path) -> Iterator[tuple[str, bytes]]:
    """One file for each object: what it is itself, where it is ours, and its fields."""
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        own = folder / f"{folder.name}.object{_META}"
        inner = _inner(own) if own.is_file() else ""
        fields = "".join(
            f"    <fields>{_inner(each)}</fields>\n"
            for each in sorted((folder / "fields").glob(f"*.field{_META}"))
        )
        yield f"objects/{folder.name}.object", _OBJECT.format(inner=fields + inner).encode()


def _inner(path: Path) -> str:
    found = _INNER.search(_read(path).decode())
    if found is None:
        raise Failure(SOURCE_MISSING, detail=path.name)
    return found.group(2)


def _bare(path: Path) -> str:
    return path.name.removesuffix(_META)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as gone:
        raise Failure(SOURCE_MISSING, detail=path.name) from gone
