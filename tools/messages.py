"""The texts that people read, and their translations.

    python -m tools.messages collect     write new texts into the catalogues, drop unused ones
    python -m tools.messages check       fail if a translation is missing, fuzzy, stale or broken
    python -m tools.messages compile     make the .mo files that Django reads

Source texts are English. Django's own makemessages needs the gettext programs of the system; this
does the same with Babel: Python files as they are, templates after Django turned their tags into
Python calls.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from raccord import __version__

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/raccord"
LOCALES = SOURCE / "web/locale"
DOMAIN = "django"
TEMPLATE_ENDINGS = {".html", ".txt"}
_PLAIN = (1,)
_PLURAL = (1, 2)
_CONTEXT = ((1, "c"), 2)
_CONTEXT_PLURAL = ((1, "c"), 2, 3)
# `sentence` is the engine's own mark, which knows nothing of Django.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "sentence"), _PLAIN),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), _CONTEXT_PLURAL),
}


def main(argv: list[str] | None = None) -> int:
    """Do one of the three things for every language below LOCALES; return the exit status."""
    parser = argparse.ArgumentParser(prog="messages", description="Collect, check, compile texts.")
    parser.add_argument("action", choices=["collect", "check", "compile"])
    action = parser.parse_args(argv).action
    problems: list[str] = []
    for path in catalogue_files(LOCALES):
        if action == "compile":
            compile_catalogue(path)
            continue
        collected = collect(SOURCE)
        if action == "collect":
            write(updated(read(path), collected), path)
        else:
            language = path.parts[-3]
            problems += [f"{language}: {problem}" for problem in check(read(path), collected)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def catalogue_files(locales: Path) -> list[Path]:
    """Return the .po file of every language, whether it exists yet or not."""
    return [
        folder / "LC_MESSAGES" / f"{DOMAIN}.po"
        for folder in sorted(locales.iterdir())
        if folder.is_dir()
    ]


def collect(source: Path) -> Catalog:
    """Return all texts marked for translation in the Python files and templates below `source`."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(source.rglob("*")):
        if path.suffix == ".py" or path.suffix in TEMPLATE_ENDINGS:
            for text, plural, context, notes in _texts_in(path):
                catalogue.add(
                    (text, plural) if plural else text,
                    context=context,
                    locations=[(path.relative_to(source).as_posix(), 0)],
                    auto_comments=notes,
                )
    return catalogue


def updated(known: Catalog, collected: Catalog) -> Catalog:
    """Return `known` with exactly the collected texts; a translation of another text is no help."""
    known.update(collected, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    return known


def check(known: Catalog, collected: Catalog) -> list[str]:
    """Return one line for each thing that is wrong with the translations in `known`."""
    return [*_missing(known, collected), *_stale(known, collected), *_broken(known)]


def read(path: Path) -> Catalog:
    """Return the catalogue in `path`; an empty one in that language if there is none."""
    language = path.parts[-3]
    if not path.exists():
        return Catalog(
            locale=language,
            charset="utf-8",
            fuzzy=False,
            project="Raccord",
            version=__version__,
            header_comment="# Raccord's texts in another language. Same licence as Raccord.",
            msgid_bugs_address="the project's issues",
            last_translator="the Raccord authors",
            language_team="the Raccord authors",
        )
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def write(catalogue: Catalog, path: Path) -> None:
    """Write a .po file in a stable order without line numbers, so that changes are easy to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)


def compile_catalogue(path: Path) -> None:
    """Write the .mo file beside `path`."""
    catalogue = read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def _texts_in(path: Path) -> Iterator[tuple[str, str | None, str | None, list[str]]]:
    """Yield (text, plural, context, translators' notes) for every marked text of one file."""
    code = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Parentheses make Python ignore the template's indentation.
        code = f"(\n{templatize(code, origin=str(path))}\n)"
    found = extract(
        "python",
        io.BytesIO(code.encode()),
        keywords=KEYWORDS,
        comment_tags=["Translators"],
        options={"encoding": "utf-8"},
    )
    for _line, message, notes, context in found:
        text, plural = message[:2] if isinstance(message, tuple) else (message, None)
        yield text, plural, context, list(notes)


def _missing(known: Catalog, collected: Catalog) -> Iterator[str]:
    for message in collected:
        if not message.id:
            continue
        translated = known.get(message.id, message.context)
        if translated is None:
            yield f"not in the catalogue (run make messages): {_show(message)}"
        elif translated.fuzzy:
            yield f"fuzzy, not confirmed: {_show(message)}"
        elif not _is_translated(translated):
            yield f"not translated: {_show(message)}"


def _stale(known: Catalog, collected: Catalog) -> Iterator[str]:
    for message in known:
        if message.id and collected.get(message.id, message.context) is None:
            yield f"no longer used (run make messages): {_show(message)}"
    for obsolete in known.obsolete.values():
        yield f"no longer used (run make messages): {_show(obsolete)}"


def _broken(known: Catalog) -> Iterator[str]:
    for message, errors in known.check():
        for error in errors:
            yield f"{error}: {_show(message)}"


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(strings)


def _show(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    where = ", ".join(sorted({path for path, _line in message.locations}))
    return f"{text!r}" + (f" ({where})" if where else "")


if __name__ == "__main__":
    sys.exit(main())
