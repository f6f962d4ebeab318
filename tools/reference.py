"""The generated pages: every command, every error code, what the simulator simulates.

python -m tools.reference           write the pages
python -m tools.reference check     fail if a page is not what would be written
"""

import argparse
import sys
from pathlib import Path

from raccord.cli import command_parsers
from tools.simulator_coverage import coverage_page

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "docs/reference"
GENERATED = "<!-- Written by `make docs`. Change the code, not this page. -->\n"


def main(argv: list[str] | None = None) -> int:
    """Write or check the pages; return the exit status."""
    parser = argparse.ArgumentParser(prog="reference", description="The generated reference.")
    parser.add_argument("action", nargs="?", default="write", choices=["write", "check"])
    action = parser.parse_args(argv).action
    outdated = []
    for name, text in pages().items():
        path = ROOT / name
        if action == "write":
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            outdated.append(name)
    for name in outdated:
        print(f"{name} is out of date (run make docs)")
    return 1 if outdated else 0


def pages() -> dict[str, str]:
    """Return each generated page by its path in the project."""
    parsers = command_parsers()
    return {
        f"{REFERENCE}/commands.md": commands_page(parsers),
        f"{REFERENCE}/errors.md": errors_page(error_sentences()),
        "src/salesforce_simulator/COVERAGE.md": coverage_page(generated=GENERATED),
    }


def error_sentences() -> dict[str, tuple[str, str]]:
    """Return (what happened, what to do) for every code that the product has words for."""
    # Needs Django's settings, which command_parsers() has set up.
    from raccord.blueprint import sentences as of_set_up_files
    from raccord.connections import words
    from raccord.connectors import registry
    from raccord.contacts import messages
    from raccord.engine.sentences import SENTENCES

    in_one_sentence = {
        **{
            f"raccord.blueprint.{name}": text for name, text in of_set_up_files._sentences().items()
        },
        **messages.SENTENCES,
    }
    return {
        **{code: (text, "") for code, text in in_one_sentence.items()},
        **SENTENCES,
        **registry.sentences(),
        **words.SENTENCES,
    }


def commands_page(parsers: dict[str, argparse.ArgumentParser]) -> str:
    """Return the page of all commands with their options."""
    parts = [
        "# Commands\n",
        GENERATED,
        "Every command uses the database that `DATABASE_URL` names. Without it, Raccord runs a",
        "PostgreSQL of its own in the data folder, for as long as the command needs it. See",
        "[settings](settings.md).\n",
    ]
    for name in sorted(parsers):
        parts += [f"## raccord {name}\n", *_description(parsers[name]), *_options(parsers[name])]
    return "\n".join(parts).rstrip() + "\n"


WHO = {
    "nobody": "nobody",
    "user": "you",
    "their_administrator": "administrator over there",
    "our_administrator": "whoever looks after Raccord",
}


def errors_page(sentences: dict[str, tuple[str, str]]) -> str:
    """Return the page of all error codes, grouped by who brings them."""
    from raccord.connections.guidance import who_acts

    parts = [
        "# Error codes\n",
        GENERATED,
        "A code is stable; its words are chosen when they are shown, in the reader's language.",
        "`%(name)s` stands for a value of the case at hand. *Who* can do something about it:",
        "nobody has to (Raccord tries again), whoever works with the contacts (you), an",
        "administrator over there, or whoever looks after Raccord. A code of a third party that is",
        "not listed is taken for one that does not pass by itself: the record waits in the error",
        "centre, with the code and the other side's own words, and the log counts it",
        "(`outbound.unknown_code`).\n",
    ]
    for group in sorted({code.partition(".")[0] for code in sentences}):
        parts += [
            f"## {group}\n",
            "| code | what happened | what to do | who |",
            "|---|---|---|---|",
        ]
        for code in sorted(code for code in sentences if code.partition(".")[0] == group):
            what, todo = (text.replace("|", "\\|") for text in sentences[code])
            parts.append(f"| `{code}` | {what} | {todo} | {WHO[who_acts(code)]} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _description(parser: argparse.ArgumentParser) -> list[str]:
    text = " ".join((parser.description or "").split())
    return [f"{text}\n"] if text else []


def _options(parser: argparse.ArgumentParser) -> list[str]:
    rows = []
    for action in parser._actions:
        if action.help == argparse.SUPPRESS or {"--help", "--skip-checks"} & {
            *action.option_strings
        }:
            continue
        placeholder = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
        if action.choices:
            placeholder = "{" + ",".join(map(str, action.choices)) + "}"
        names = ", ".join(action.option_strings)
        shown = f"{names} {placeholder}".strip() if names else str(action.metavar or action.dest)
        text = " ".join((action.help or "").split()) % {"default": action.default}
        rows.append(f"| `{shown}` | {text.replace('|', chr(92) + '|')} |")
    return ["| option | meaning |", "|---|---|", *rows, ""] if rows else []


if __name__ == "__main__":
    sys.exit(main())
