"""Connectors are found by looking, and everything they can answer has its sentence."""

import pytest

from raccord.connectors import registry


def test_own_connectors_are_found() -> None:
    assert set(registry.all()) >= {"memory", "salesforce"}
    assert list(registry.all()) == sorted(registry.all())


def test_a_source_leads_to_its_declaration() -> None:
    assert registry.get("salesforce").label == "Salesforce"
    with pytest.raises(KeyError):
        registry.get("nowhere")


def test_only_the_reference_connector_is_for_demonstration() -> None:
    assert [source for source, d in registry.all().items() if d.demo_only] == ["memory"]


@pytest.mark.parametrize("code", sorted(registry.sentences()))
def test_sentences_are_sentences(code: str) -> None:
    text, advice = registry.sentences()[code]
    assert text[0].isupper() and advice[0].isupper()
    assert text.endswith((".", "%(message)s"))
    assert advice.endswith(".")


def test_an_unlisted_code_gets_its_namespaces_sentence() -> None:
    assert registry.sentence("salesforce.SOMETHING_NEW") == registry.sentences()["salesforce"]
    assert registry.sentence("raccord.guard") is None
