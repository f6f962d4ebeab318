"""tools.messages: texts are found, kept, checked and compiled."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
TITLE = _("Connections")
STATE = pgettext_lazy("of an integration", "Active")
def waiting(count):
    return ngettext("%(count)s change waits", "%(count)s changes wait", count) % {"count": count}
"""
TEMPLATE = """
{% load i18n %}
    <h1>{% translate "Field mapping" %}</h1>
  <p>{% blocktranslate trimmed with name=project.name %}
       Contacts of
       {{ name }}
     {% endblocktranslate %}</p>
{% blocktranslate trimmed count counter=rows|length %}
  {{ counter }} row
{% plural %}
  {{ counter }} rows
{% endblocktranslate %}
{# Translators: the verb #}
<button title="it's {{ x }}">{% translate "Open" context "verb" %}</button> {{ _("Save") }}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "states.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def french(source: Path) -> Catalog:
    """Return a complete French catalogue of `source`."""
    path = source / "locale/fr/LC_MESSAGES/django.po"
    catalogue = messages.updated(messages.read(path), messages.collect(source))
    for message in catalogue:
        if message.id:
            plural = isinstance(message.id, tuple)
            message.string = tuple(message.id) if plural else f"{message.id} (fr)"
    return catalogue


def test_texts_are_collected_from_python_and_from_templates(source: Path) -> None:
    found = {(message.id, message.context) for message in messages.collect(source) if message.id}

    assert found == {
        ("Connections", None),
        ("Active", "of an integration"),
        (("%(count)s change waits", "%(count)s changes wait"), None),
        ("Field mapping", None),
        ("Contacts of %(name)s", None),
        (("%(counter)s row", "%(counter)s rows"), None),
        ("Open", "verb"),
        ("Save", None),
    }


def test_a_complete_catalogue_passes_the_check(source: Path) -> None:
    assert messages.check(french(source), messages.collect(source)) == []


def test_the_check_names_what_is_missing_fuzzy_stale_and_broken(source: Path) -> None:
    catalogue = french(source)
    catalogue.add("An old text", "Un vieux texte")
    catalogue.delete("Connections")
    catalogue["Save"].string = ""
    catalogue["Field mapping"].flags.add("fuzzy")
    catalogue["Contacts of %(name)s"].string = "Contacts de %(nom)s"

    problems = "\n".join(messages.check(catalogue, messages.collect(source)))

    assert "not in the catalogue (run make messages): 'Connections' (states.py)" in problems
    assert "not translated: 'Save' (templates/page.html)" in problems
    assert "fuzzy, not confirmed: 'Field mapping'" in problems
    assert "no longer used (run make messages): 'An old text'" in problems
    assert "Contacts of %(name)s" in problems
    assert len(problems.splitlines()) == 5


def test_one_missing_plural_form_is_a_missing_translation(source: Path) -> None:
    catalogue = french(source)
    catalogue["%(counter)s row"].string = ("%(counter)s ligne", "")

    assert any(
        "not translated" in line for line in messages.check(catalogue, messages.collect(source))
    )


def test_collecting_keeps_translations_and_drops_unused_ones(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "locale/fr/LC_MESSAGES/django.po"
    messages.write(french(source), path)
    (source / "states.py").write_text("from x import gettext as _\n_('Sources')\n")

    messages.write(messages.updated(messages.read(path), messages.collect(source)), path)

    catalogue = messages.read(path)
    assert catalogue["Save"].string == "Save (fr)"
    assert catalogue["Sources"].string == ""
    assert catalogue.get("Connections") is None
    assert "Connections" not in path.read_text()


def test_writing_the_same_texts_twice_changes_nothing(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "locale/fr/LC_MESSAGES/django.po"
    messages.write(french(source), path)
    first = path.read_bytes()

    messages.write(messages.updated(messages.read(path), messages.collect(source)), path)

    assert path.read_bytes() == first


def test_the_compiled_catalogue_is_what_gettext_reads(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "locale/fr/LC_MESSAGES/django.po"
    catalogue = french(source)
    catalogue["%(counter)s row"].string = ("%(counter)s ligne", "%(counter)s lignes")
    messages.write(catalogue, path)

    messages.compile_catalogue(path)

    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Save") == "Save (fr)"
    assert compiled.pgettext("verb", "Open") == "Open (fr)"
    # French: nought is singular.
    row = ("%(counter)s row", "%(counter)s rows")
    assert compiled.ngettext(*row, 0) == "%(counter)s ligne"
    assert compiled.ngettext(*row, 2) == "%(counter)s lignes"
