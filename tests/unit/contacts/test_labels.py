"""What something is called in each language: typed, stored, typed again."""

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts import labels
from raccord.contacts.models.projects import in_reader_language

LANGUAGES = st.permutations(["en", "fr"]).flatmap(
    lambda order: st.sampled_from([list(order), list(order[:1])])
)
TEXT = st.text("ab", max_size=2)


@given(LANGUAGES, st.fixed_dictionaries({"en": TEXT, "fr": TEXT}))
def test_what_is_typed_is_typed_again_but_for_what_says_the_same(
    languages: list[str], texts: dict[str, str]
) -> None:
    label, own = labels.wording(languages, texts)
    again = labels.per_language(languages, label, own)
    first = languages[0]
    if not texts[first]:
        return  # the first language is asked for, and the form refuses without it
    for code in languages:
        assert again[code] == texts[code] or (texts[code] == texts[first] and not again[code])
        with translation.override(code):
            assert in_reader_language(label, own) == (texts[code] or texts[first])
    assert labels.wording(languages, again) == (label, own)


@given(st.fixed_dictionaries({"en": TEXT, "fr": TEXT}))
def test_another_order_of_the_languages_shows_the_same(texts: dict[str, str]) -> None:
    label, own = labels.wording(["en", "fr"], texts)
    if not texts["en"] or not texts["fr"]:
        return
    turned = labels.per_language(["fr", "en"], label, own)
    assert turned["fr"] == texts["fr"]
    assert turned["en"] in (texts["en"], "")
    assert turned["en"] or texts["en"] == texts["fr"]


def test_a_choice_without_a_label_is_its_code() -> None:
    texts = {
        "S": {"en": "", "fr": ""},
        "M": {"en": "M", "fr": "Moyen"},
        "L": {"en": "Large", "fr": "Large"},
    }
    assert labels.choice_wordings(["en", "fr"], texts) == {
        "M": {"fr": "Moyen"},
        "L": {"": "Large"},
    }
    assert labels.choice_wordings(["en", "fr"], {"S": {"en": "", "fr": "Petit"}}) == {
        "S": {"fr": "Petit"}
    }


def test_labels_fit_when_they_are_of_our_languages_and_on_one_line() -> None:
    assert labels.fit({"fr": "Prospect\N{NO-BREAK SPACE}: chaud", "en": "🎉"})
    for wrong in ({"tlh": "Qapla"}, {"fr": ""}, {"fr": "x" * 121}, {"fr": "a\nb"}, {"fr": "\x00"}):
        assert not labels.fit(wrong)
