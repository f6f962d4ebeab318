"""Templates keep to what the Content-Security-Policy allows, and draw only icons that exist."""

import re

from tests.architecture.tree import ROOT, SOURCE, name_of, project_files
from tools.assets import read_icon_names

# What a browser refuses to run or apply under a policy without inline script and eval.
REFUSED = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I
    ),
    "an event attribute": re.compile(r"\son[a-z]+=", re.I),
    "htmx code in an attribute": re.compile(r"\s(data-)?hx-on|=[\"']js:|hx-trigger=[^>]*\[", re.I),
    "a javascript address": re.compile(r"[\"']javascript:", re.I),
    "a file from elsewhere": re.compile(
        r"<(script|link|img)\b[^>]*\b(src|href)=[\"'](https?:)?//", re.I
    ),
}
ICON = re.compile(r"(?:{% icon |\b(?:\w+_)?icon=)[\"']([a-z0-9-]+)[\"']")
TEMPLATES = [
    path
    for path in project_files()
    if path.suffix == ".html" and path.is_relative_to(SOURCE / "raccord")
]


def test_templates_need_nothing_that_the_policy_refuses() -> None:
    found = [
        f"{name_of(path)}: {what}"
        for path in TEMPLATES
        for what, pattern in REFUSED.items()
        if pattern.search(path.read_text())
    ]

    assert TEMPLATES
    assert found == []


def test_every_icon_that_a_screen_draws_is_in_the_sprite() -> None:
    sprite = set(read_icon_names(ROOT / "src/raccord/web/icons.txt"))
    missing = {
        f"{name_of(path)}: {name}"
        for path in TEMPLATES
        for name in ICON.findall(path.read_text())
        if name not in sprite
    }

    assert missing == set()
