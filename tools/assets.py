"""Build the front-end assets: npm packages in, a few files under static/vendor/ out.

    python -m tools.assets

1. install what package-lock.json lists (`tools/npm.py`);
2. copy the files that the screens load, and nothing else;
3. draw the icons named in src/raccord/web/icons.txt into one sprite.

Nothing written here goes into git. Screens use an icon like this (the class gives its size):

    <svg class="icon" aria-hidden="true"><use href="{% static 'vendor/icons.svg' %}#home"/></svg>
"""

import difflib
import re
import sys
from pathlib import Path

from tools import npm

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/raccord/web/static/vendor"
ICON_LIST = ROOT / "src/raccord/web/icons.txt"
ICONS = MODULES / "@tabler/icons/icons"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    # Sets the light or dark theme before the first paint; a file, so that no inline script is due.
    "tabler-theme.min.js": "@tabler/core/dist/js/tabler-theme.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "apexcharts.min.js": "apexcharts/dist/apexcharts.min.js",
    "apexcharts.css": "apexcharts/dist/apexcharts.css",
}
SOURCE_MAP = re.compile(r"(//[#@]|/\*[#@]) ?sourceMappingURL=.*$", re.MULTILINE)
SVG = re.compile(r"<svg(?P<attributes>[^>]*)>(?P<drawing>.*)</svg>", re.DOTALL)
PAINT = re.compile(r'\b(fill|stroke|stroke-linecap|stroke-linejoin|viewBox)="[^"]*"')
# Every icon starts with an invisible square of the full size.
BACKGROUND = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


class AssetError(Exception):
    """The assets cannot be built; the message says what to do."""


def main() -> None:
    """Build everything, or say in one line why not."""
    try:
        npm.install(ROOT)
        copy_files(MODULES, vendor=VENDOR)
        names = read_icon_names(ICON_LIST)
        (VENDOR / "icons.svg").write_text(draw_sprite(names, icons=ICONS), encoding="utf-8")
    except (AssetError, npm.NpmError) as error:
        sys.exit(f"assets: {error}")
    print(f"assets: {len(FILES)} files and {len(names)} icons in {VENDOR.relative_to(ROOT)}")


def copy_files(modules: Path, *, vendor: Path) -> None:
    """Copy FILES from node_modules, without their pointers to source maps, which we do not ship."""
    vendor.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        text = (modules / source).read_text(encoding="utf-8")
        (vendor / name).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")


def read_icon_names(path: Path) -> list[str]:
    """Return the names in the list, sorted, each once; blank lines and # comments are left out."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line})


def draw_sprite(names: list[str], *, icons: Path) -> str:
    """Return one SVG with a symbol per icon; `star` is an outline, `star-filled` the filled one."""
    symbols = "\n".join(_symbol(name, icons=icons) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str, *, icons: Path) -> str:
    style = "filled" if name.endswith("-filled") else "outline"
    file = icons / style / f"{name.removesuffix('-filled')}.svg"
    if not file.exists():
        known = [path.stem for path in (icons / style).glob("*.svg")]
        near = ", ".join(difflib.get_close_matches(file.stem, known)) or "none"
        raise AssetError(f"{ICON_LIST.name} names an unknown icon: {name} (similar: {near})")
    found = SVG.search(file.read_text("utf-8"))
    if found is None:
        raise AssetError(f"{file} is not an icon")
    paint = " ".join(match.group() for match in PAINT.finditer(found["attributes"]))
    drawing = " ".join(found["drawing"].replace(BACKGROUND, "").split())
    return f'<symbol id="{name}" {paint}>{drawing}</symbol>'


if __name__ == "__main__":
    main()
