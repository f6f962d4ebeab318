"""Help beside a term: what the tag draws."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

FULL = "{% help term %}What <em>it</em> means.{% example %}Such as {{ such }}.{% endhelp %}"
SHORT = '{% help _("Unique key") %}What it means.{% endhelp %}'


def drawn(source: str, **variables: object) -> str:
    return Template(source).render(Context(variables))


def test_the_button_opens_the_box_and_names_the_term() -> None:
    text = drawn(FULL, term="Key <b>", such="<i>")
    opened = re.search(r'popovertarget="([^"]+)"', text)
    assert opened is not None
    assert f'id="{opened[1]}" popover' in text
    assert 'aria-label="Help: Key &lt;b&gt;"' in text
    assert "What <em>it</em> means." in text
    assert "Such as &lt;i&gt;." in text


def test_the_example_may_be_left_out_and_no_two_boxes_share_a_name() -> None:
    text = drawn(SHORT + SHORT)
    assert "help-example" not in text
    first, second = re.findall(r'popovertarget="([^"]+)"', text)
    assert first != second


def test_the_term_is_said_in_the_readers_language() -> None:
    with translation.override("fr"):
        assert "Clé unique" in drawn(SHORT)


@pytest.mark.parametrize("source", ["{% help %}x{% endhelp %}", "{% help a b %}x{% endhelp %}"])
def test_a_help_without_its_term_is_a_fault_of_the_template(source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="help needs one term"):
        Template(source)
