"""The simulator's table of what it simulates, made from coverage.toml beside it."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIMULATOR = Path(__file__).resolve().parent.parent / "src/salesforce_simulator"
STATES = ("yes", "partly", "no")
SOURCES = {
    "recorded": "recorded answers of real orgs",
    "documented": "Salesforce's own documentation",
    "clients": "what public clients send and expect",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a client may ask of an org.

    answers: "METHOD rule" of each route that does it, the rule as `routes.py` has it.
    proof: names of the test modules that show it.
    """

    area: str
    name: str
    simulated: str
    source: str
    remark: str = ""
    answers: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()


def operations() -> list[Operation]:
    """Read the list. TypeError, KeyError or TOMLDecodeError where it is not one."""
    content = tomllib.loads((SIMULATOR / "coverage.toml").read_text(encoding="utf-8"))
    return [
        Operation(
            **{
                **entry,
                "answers": tuple(_whole(each) for each in entry.get("answers", ())),
                "proof": tuple(entry.get("proof", ())),
            }
        )
        for entry in content["operation"]
    ]


def coverage_page(*, generated: str) -> str:
    """Return the whole page, with the remark `generated` below its title."""
    parts = [
        "# What the simulator simulates\n",
        generated,
        "*Yes*: shapes, statuses, codes and effects. *Partly*: the remark says what lacks. *No*:",
        "the answer is 404 or the error that the remark names. The source of a shape is one of:\n",
        *(f"- *{name}*: {text}" for name, text in SOURCES.items()),
        "",
    ]
    area = ""
    for each in operations():
        if each.area != area:
            area = each.area
            parts += [f"\n## {area}\n", "| operation | | source | remarks |", "|---|---|---|---|"]
        parts.append(f"| {each.name} | {each.simulated} | {each.source} | {each.remark} |")
    return "\n".join(parts).rstrip() + "\n"


def routes() -> Iterator[str]:
    """Give "METHOD rule" of every address of the API and of OAuth."""
    from salesforce_simulator.routes import URL_MAP

    for rule in URL_MAP.iter_rules():
        if rule.endpoint.kind != "own":
            yield from (f"{method} {rule.rule}" for method in set(rule.methods or ()) - {"HEAD"})


def _whole(answer: str) -> str:
    return answer.replace(" vXX.X", " /services/data/v<version>", 1)
