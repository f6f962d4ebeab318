"""The French catalogue: the terms that users know, nothing lost on the way, Québec typography.

That every text has a translation is told by `tools.messages check`.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tools import messages

FRENCH = messages.read(messages.LOCALES / "fr" / "LC_MESSAGES" / f"{messages.DOMAIN}.po")
# English, and the context where a word is said in one sense only -> the French term.
TERMS: dict[tuple[str, str | None], str] = {
    ("Project", None): "Projet",
    ("Unique key", None): "Clé unique",
    ("Consent", None): "Consentement",
    ("External connections", None): "Connexions externes",
    ("Third-party connections list", None): "Liste des connexions tierces",
    ("Add a third-party connection", None): "Ajouter une connexion tierce",
    ("Source", "of a third-party connection"): "Source de connexion tierce",
    ("Authorization", None): "Autorisation de service tiers",
    ("See third-party service authorizations", None): "Voir autorisations services tiers",
    ("Select", "pick an authorization"): "Sélection",
    ("Create an authorization", None): "Créer une autorisation",
    ("Authorize access", None): "Autoriser l’accès",
    ("Continue", None): "Continuer",
    ("Data transfer", None): "Transfert des données",
    ("Field mapping", None): "Assignation des champs",
    ("Add", None): "Ajouter",
    ("Activate", None): "Activer",
    ("Active", None): "Activé",
    ("Data integration", None): "Intégration de données",
    ("Create a data integration", None): "Créer une intégration de données",
    ("Update types", None): "Type de mises à jour",
    ("E-mail alert", None): "Alerte courriel",
    ("E-mail", None): "Courriel",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w+>")
NO_BREAK = "\N{NO-BREAK SPACE}"
FAULTS = {
    "a typewriter's apostrophe or quotation mark": re.compile(r"['\"“”]"),
    "a line may break before the sign": re.compile(r" (?:[:»]|%%)"),
    "no space before the colon": re.compile(rf"[^\s{NO_BREAK}]:(?: |$)"),
    "a space before the sign, as in France": re.compile(rf"[\s{NO_BREAK}][;?!](?: |$)"),
    "no space inside the quotation marks": re.compile(rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»"),
    "two spaces": re.compile(r"\A[^\n]*  [^\n]*\Z"),
    "three dots outside a command's output": re.compile(r"\w\.\.\."),
    "an English e-mail": re.compile(r"(?<![({-])\be-?mails?\b", re.IGNORECASE),
}


def translations() -> Iterator[tuple[str, str]]:
    """Every translated text with its source; each plural form with the source's plural."""
    for message in FRENCH:
        if not message.id or not message.string:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        told = [message.string] if isinstance(message.string, str) else message.string
        yield from ((source, text) for text in told if text)


def test_each_translation_keeps_what_is_filled_in_later() -> None:
    differing = {
        text: source
        for source, text in translations()
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(source))
    }

    assert list(translations())
    assert differing == {}


@pytest.mark.parametrize(("english", "context"), TERMS)
def test_screens_use_the_terms_that_users_know(english: str, context: str | None) -> None:
    message = FRENCH.get(english, context)

    assert message is not None, "no screen says it any more"
    assert message.string == TERMS[english, context]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_typography_is_that_of_quebec(fault: str) -> None:
    assert [text for _source, text in translations() if FAULTS[fault].search(text)] == []
