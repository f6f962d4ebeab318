"""tools.assets: few files, one sprite, and a clear word about an icon that does not exist."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools import assets

OUTLINE = """<svg
  xmlns="http://www.w3.org/2000/svg"
  width="24"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  class="icon"
>
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M5 12h7" />
</svg>"""
FILLED = OUTLINE.replace('fill="none"\n', 'fill="currentColor"\n')


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    for style, names, drawing in (
        ("outline", ("home", "star"), OUTLINE),
        ("filled", ("star",), FILLED),
    ):
        (tmp_path / style).mkdir()
        for name in names:
            (tmp_path / style / f"{name}.svg").write_text(drawing)
    return tmp_path


def test_the_sprite_holds_one_symbol_per_icon(icons: Path) -> None:
    sprite = ElementTree.fromstring(assets.draw_sprite(["home", "star-filled"], icons=icons))

    symbols = {symbol.get("id"): symbol for symbol in sprite}
    assert list(symbols) == ["home", "star-filled"]
    assert symbols["home"].get("fill") == "none"
    assert symbols["star-filled"].get("fill") == "currentColor"
    for symbol in symbols.values():
        assert symbol.get("viewBox") == "0 0 24 24"
        assert [path.get("d") for path in symbol] == ["M5 12h7"]


def test_the_width_of_lines_is_left_to_the_style_sheet(icons: Path) -> None:
    assert "stroke-width" not in assets.draw_sprite(["home"], icons=icons)


def test_an_unknown_icon_is_an_error_that_suggests_others(icons: Path) -> None:
    with pytest.raises(assets.AssetError, match=r"unknown icon: hom \(similar: home\)"):
        assets.draw_sprite(["hom"], icons=icons)


def test_the_list_of_icons_may_have_comments_and_repeats(tmp_path: Path) -> None:
    (tmp_path / "icons.txt").write_text("# ours\nstar\nhome  # the start\n\nstar\n")

    assert assets.read_icon_names(tmp_path / "icons.txt") == ["home", "star"]


def test_copies_point_to_no_source_map_that_we_do_not_ship(tmp_path: Path) -> None:
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    for source in assets.FILES.values():
        file = modules / source
        file.parent.mkdir(parents=True, exist_ok=True)
        mark = "/*# sourceMappingURL=a.css.map */" if file.suffix == ".css" else ""
        file.write_text(f"first();{mark}\n//# sourceMappingURL=a.js.map\nlast();\n")

    assets.copy_files(modules, vendor=vendor)

    assert {file.name for file in vendor.iterdir()} == set(assets.FILES)
    for file in vendor.iterdir():
        assert "sourceMappingURL" not in file.read_text()
        assert "first();" in file.read_text()
        assert "last();" in file.read_text()


def test_every_icon_on_the_list_exists_in_the_icon_set() -> None:
    names = assets.read_icon_names(assets.ICON_LIST)

    assert assets.draw_sprite(names, icons=assets.ICONS).count("<symbol ") == len(names)
