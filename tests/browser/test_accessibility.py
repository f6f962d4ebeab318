"""Every page keeps to WCAG 2.2 AA: wide and on a phone, light and dark, and so does each pop-up.

axe-core looks at each page that `every_page` finds. What it cannot see is looked at here: that no
page must be scrolled sideways, down to a width of 320 pixels, which is also a window of 1280 pixels
at a zoom of 400 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import Page, TimeoutError  # noqa: A004 - Playwright's word

from raccord.accounts.models import User
from salesforce_simulator.server import Simulator
from tests.architecture.tree import ROOT
from tests.browser.conftest import OpenScreens
from tests.every_page import Shown, pages, parts
from tests.full_scene import full_scene

AXE = ROOT / "node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (options) => {
  const found = await window.axe.run(document, options);
  return found.violations.map((violation) => ({
    rule: violation.id,
    what: violation.help,
    where: violation.nodes.map((node) => `${node.target.join(" ")}\\n    ${node.failureSummary}`),
  }));
}"""
NOTHING_MOVES = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
}"""
POP_UPS = "main [hx-get][hx-target='#dialog-content']"
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const over = [...document.querySelectorAll("main *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .filter((element) => !element.closest(".table-responsive, pre"));
  return over.slice(-3).map((element) => element.outerHTML.slice(0, 160)).join(" | ");
}"""


@pytest.mark.parametrize("part", parts())
def test_every_page_can_be_used_by_everybody(
    open_screens: OpenScreens, simulator: Simulator, marketer: User, client: Client, part: str
) -> None:
    scene = full_scene(simulator, marketer)
    client.force_login(marketer)
    found: list[str] = []
    person, stranger = open_screens(), open_screens(person=None)
    for shown in pages(client, scene=scene.objects(), part=part):
        if shown.whole:
            found += _complaints_about(shown, stranger if shown.signed_out else person)
    assert not found, "\n\n".join(found)


def test_every_pop_up_can_be_used_by_everybody(
    open_screens: OpenScreens, simulator: Simulator, marketer: User
) -> None:
    scene = full_scene(simulator, marketer)
    found: list[str] = []
    page, project = open_screens(), f"/projects/{scene.project.slug}"
    opened = set()
    for path in (
        f"{project}/connections/{scene.transfer.connection_id}/",
        f"{project}/integrations/{scene.integration.pk}/",
        f"{project}/contacts/{scene.objects()['pk']['contact'][0]}/",
        f"{project}/contacts/",
    ):
        _open(page, path, look="light")
        for number in range(page.locator(POP_UPS).count()):
            link = page.locator(POP_UPS).nth(number)
            address = link.get_attribute("hx-get")
            if address in opened:
                continue
            opened.add(address)
            link.evaluate("(element) => element.click()")  # also where a menu has to be opened
            dialog = page.locator("dialog#dialog[open]")
            dialog.locator("#dialog-title").wait_for()
            page.evaluate(NOTHING_MOVES)
            found += _seen(page, f"{address} (pop-up)")
            page.keyboard.press("Escape")
            dialog.wait_for(state="detached")
    assert len(opened) > 5, opened
    assert not found, "\n\n".join(found)


def _complaints_about(shown: Shown, page: Page) -> Iterator[str]:
    page.set_viewport_size({"width": 1280, "height": 900})
    _open(page, shown.path, look="dark")
    yield from _seen(page, f"{shown.path} (dark)", only=["color-contrast"])
    _open(page, shown.path, look="light")
    yield from _seen(page, f"{shown.path} (wide)")
    page.set_viewport_size({"width": 375, "height": 812})
    page.wait_for_function("() => window.innerWidth === 375")
    page.evaluate(NOTHING_MOVES)  # a page in the middle of its new layout has targets of any size
    yield from _seen(page, f"{shown.path} (phone)")
    page.set_viewport_size({"width": 320, "height": 640})
    try:
        page.wait_for_function(FITS, timeout=30_000)  # a chart is drawn anew first
    except TimeoutError:
        yield f"{shown.path} is wider than a window of 320 pixels: {page.evaluate(TOO_WIDE)}"


def _open(page: Page, path: str, *, look: Literal["dark", "light"]) -> None:
    page.emulate_media(color_scheme=look, reduced_motion="reduce")
    page.goto(path)
    page.evaluate(AXE.read_text())
    page.evaluate(NOTHING_MOVES)


def _seen(page: Page, where: str, *, only: list[str] | None = None) -> Iterator[str]:
    wanted = {"type": "rule", "values": only} if only else {"type": "tag", "values": STANDARDS}
    violations: list[dict[str, Any]] = page.evaluate(LOOK, {"runOnly": wanted})
    for violation in violations:
        places = "\n  ".join(violation["where"][:4])
        yield f"{where}: {violation['rule']}: {violation['what']}\n  {places}"
