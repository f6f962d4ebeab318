"""A form as a browser would send it: read from a page, some of it filled in."""

from __future__ import annotations

from html.parser import HTMLParser

UNSENT = {"submit", "button", "reset", "image", "file"}


def filled(page: str, **typed: str) -> dict[str, str]:
    """What the page's form that has all the fields of `typed` sends once these are typed in."""
    reader = _Forms()
    reader.feed(page)
    (form,) = [form for form in reader.forms if typed.keys() <= form.keys()]
    return {**form, **typed}


class _Forms(HTMLParser):
    """The fields of each form with their values; where one may choose several, the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._open = False
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
            self._open = True
        elif not self._open:
            return
        elif tag == "input" and name and _is_sent(given):
            self.forms[-1][name] = given.get("value", "on" if "type" in given else "")
        elif tag == "textarea":
            self._text = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self._select = name
        elif (
            tag == "option"
            and self._select
            and ("selected" in given or self._select not in self.forms[-1])
        ):
            self.forms[-1][self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "textarea":
            # The first line break after the tag is the markup's, not the value's.
            self.forms[-1][self._text] = self.forms[-1][self._text].removeprefix("\n")
            self._text = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in UNSENT and (kind not in {"checkbox", "radio"} or "checked" in given)
