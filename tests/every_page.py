"""Every page there is, found in the addresses themselves: a new page cannot be forgotten.

`pages(scene, client)` asks each named address of the screens, with whatever of the scene its
parameters may stand for, and keeps what answers with a page. An address that takes no GET is no
page; a download is none either. Whatever else answers with no page must be in `LEADS_ON`, with the
reason. A new address with a parameter that nobody knows here is an error that says what to add.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Names whose GET only leads to another page, and why that is right.
LEADS_ON: Mapping[str, str] = {
    "home": "goes to the project that the person was in last",
    "authorization-return": "where people come back to from the third party",
    "bulk-create": "takes a selection that is posted, and goes back to the list without one",
}
# What follows the "?" of an address, where that changes what its page shows.
QUERIES: Mapping[str, tuple[str, ...]] = {
    "contacts": ("", "?q=zzzz", "?f=city:is:Z%C3%BCrich&sort=-last_name", "?f=nothing:what"),
    "contact-meanwhile": ("?since=1",),
    "contact-history": ("", "?field=city&by=people", "?by=connections", "?before=1d1"),
    "project-key": ("", "?unique_key=city"),
    "project-key-report": ("?unique_key=city", "?unique_key=email&unique_key=city&now=1"),
    "export-create": ("", "?all=1"),
    "error-centre": ("", "?sort=newest&connection=1"),
    "decisions": ("", "?kind=kept_apart", "?kind=not_taken&contact=1"),
}
Answer = Any  # what Django's test client gives: a response, and more
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One named address of the screens, and the names of its parameters."""

    name: str
    route: str
    parameters: tuple[str, ...]

    @property
    def part(self) -> str:
        """The part of the screens it lies in: "contacts", "configuration", "account"."""
        steps = [step for step in self.route.split("/") if step]
        if steps[:2] == ["projects", "<slug:project>"]:
            steps = steps[2:]
        return steps[0] if steps and not steps[0].startswith("<") else "home"


@dataclass(frozen=True)
class Shown:
    """A page as a person asked for it. signed_out: it is for who has not signed in."""

    name: str
    path: str
    text: str
    signed_out: bool = False

    @property
    def whole(self) -> bool:
        """Not merely a part that htmx puts into a page."""
        return "<html" in self.text


# What a parameter of an address may stand for, by the address's name: the name's beginning -> what
# of the scene. The longest beginning that fits counts.
Objects = Mapping[str, Sequence[object]]
Scene = Mapping[str, Objects]


def addresses() -> list[Address]:
    """Every named address, in the order of the URL configuration."""
    return list(_named(get_resolver().url_patterns, ""))


def parts() -> list[str]:
    """The parts of the screens, for tests that take them one by one."""
    return sorted({address.part for address in addresses()})


def pages(client: Client, *, scene: Scene, part: str = "") -> Iterator[Shown]:
    """Ask for all of them (of one part), and give those that are pages."""
    for address in addresses():
        if not part or address.part == part:
            yield from _pages_of(address, client, scene)


def _named(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _named(pattern.url_patterns, route)
        elif pattern.name:
            yield Address(pattern.name, route, tuple(PARAMETER.findall(route)))


def _pages_of(address: Address, client: Client, scene: Scene) -> Iterator[Shown]:
    answers = {path: client.get(path) for path in _paths(address, scene)}
    failed = [path for path, answer in answers.items() if answer.status_code >= 500]
    assert not failed, failed
    shown = [
        Shown(address.name, path, _text(answer))
        for path, answer in answers.items()
        if _is_page(answer)
    ]
    if not shown:
        strangers = {path: Client(headers=client.headers).get(path) for path in answers}
        shown = [
            Shown(address.name, path, _text(answer), signed_out=True)
            for path, answer in strangers.items()
            if _is_page(answer)
        ]
    if not shown and address.name not in LEADS_ON:
        seen = {path: answer.status_code for path, answer in answers.items()}
        assert all(map(_is_no_page, answers.values())), (
            f"{address.name} shows no page: {seen}. Put into the scene what it shows, or say in "
            "every_page.LEADS_ON why it never shows one."
        )
    yield from shown


def _paths(address: Address, scene: Scene) -> Iterator[str]:
    """A page of one thing is asked for in the first project only."""
    own = [parameter for parameter in address.parameters if parameter != "project"]
    choices = [
        [(parameter, value) for value in _objects(address.name, scene[parameter])]
        for parameter in address.parameters
    ]
    if own and "project" in address.parameters:
        at = address.parameters.index("project")
        choices[at] = choices[at][:1]
    for chosen in product(*choices):
        for query in QUERIES.get(address.name, ("",)):
            yield reverse(address.name, kwargs=dict(chosen)) + query


def _objects(name: str, objects: Objects) -> Sequence[object]:
    fitting = [beginning for beginning in objects if name.startswith(beginning)]
    assert fitting, (
        f"Say in tests/full_scene.py what the parameter of the address {name} stands for."
    )
    return objects[max(fitting, key=len)]


def _text(answer: Answer) -> str:
    return str(answer.content, "utf-8")


def _is_page(answer: Answer) -> bool:
    return answer.status_code == 200 and str(answer.headers["Content-Type"]).startswith("text/html")


def _is_no_page(answer: Answer) -> bool:
    """It is for a POST only, or a file to keep."""
    if answer.status_code == 405:
        return True
    return answer.status_code == 200 and not _is_page(answer)
