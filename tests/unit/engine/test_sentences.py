"""Every code of the engine has its two sentences, and every sentence its code."""

from __future__ import annotations

import re
from pathlib import Path

import raccord.engine
from raccord.engine.sentences import SENTENCES

FOLDER = Path(raccord.engine.__file__).parent
CODE = re.compile(r'"(raccord\.[a-z]+(?:\.[a-z_]+)?)"')
KIND = re.compile(r'\brefused\(\s*spec, "([a-z_]+)"')
NAMED = re.compile(r'(?:warn\(|return |else |name = )"([a-z_]+)"')


def codes_in_use() -> set[str]:
    sources = {file.name: file.read_text() for file in FOLDER.glob("*.py")}
    sources.pop("sentences.py")
    literal = {code for source in sources.values() for code in CODE.findall(source)}
    parsing = "".join(source for name, source in sources.items() if name.startswith("parsing"))
    values = {f"raccord.value.{kind}" for kind in KIND.findall(parsing)}
    named = {f"raccord.mapping.{name}" for name in NAMED.findall(sources["compatibility.py"])}
    return literal | values | named


def test_codes_and_sentences_are_the_same_set() -> None:
    used = {code for code in codes_in_use() if code != "raccord.match_ambiguous"}
    assert used == set(SENTENCES)


def test_every_placeholder_is_a_parameter_somebody_gives() -> None:
    given = {"field", "remote", "object", "count", "operation", "choices", "limit", "digits",
             "places", "value", "values"}  # fmt: skip
    for code, sentences in SENTENCES.items():
        for text in sentences:
            assert set(re.findall(r"%\((\w+)\)s", text)) <= given, code
            assert "%" not in re.sub(r"%\(\w+\)s", "", text), code
            assert text.endswith("."), code
