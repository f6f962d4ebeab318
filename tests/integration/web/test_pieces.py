"""The small pieces that every template may use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.web.templatetags.pieces import breakable


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zoe.lefevre@example.org", "zoe.<wbr>lefevre@<wbr>example.<wbr>org"),
        ("https://example.org/a", "https:/<wbr>/<wbr>example.<wbr>org/<wbr>a"),
        ("nobody", "nobody"),
        ("", ""),
        ("<b>@x", "&lt;b&gt;@<wbr>x"),
    ],
)
def test_an_address_breaks_between_its_parts(address: str, shown: str) -> None:
    assert breakable(address) == shown


@given(st.text(alphabet="ab@./<&"))
def test_an_address_stays_the_same_text_and_harmless(address: str) -> None:
    shown = breakable(address).replace("<wbr>", "")
    assert "<" not in shown
    assert shown.replace("&lt;", "<").replace("&amp;", "&") == address
