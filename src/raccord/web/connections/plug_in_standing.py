"""How the plug-in of a connection stands, as the screens say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from raccord.connections import receiving_address, sentences
from raccord.connections.models import Connection
from raccord.connections.plug_in import health, installing, runs
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connectors.plug_in import Health, PlugInDeclaration, Step
from raccord.engine.errors import Failure


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step in words. state: ok, failed, working or waiting. why, by_hand: of a failed one."""

    title: str
    state: str
    why: sentences.Explanation | None
    by_hand: str
    detail: str


@dataclass(frozen=True, slots=True)
class Watched:
    """The watched fields of one object. unknown: those that it has not."""

    label: str
    fields: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words. urgent: nothing arrives until somebody acts."""

    code: str
    words: sentences.Explanation
    urgent: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to say. offered: the version that would be installed, "" if its files are
    missing (then `lacking` says so). problem: why it could not be looked after; secret_problem: why
    it could not be given a new secret, whose former one holds until `former_until`. health: what it
    said of itself; told: what that means. run: what was installed or removed last. public: whether
    the address is one that the other side can reach and takes."""

    declared: PlugInDeclaration
    known: InstalledPlugIn | None
    run: Installation | None
    offered: str
    lacking: sentences.Explanation | None
    problem: sentences.Explanation | None
    secret_problem: sentences.Explanation | None
    former_until: datetime | None
    health: Health | None
    told: tuple[Told, ...]
    public: bool

    @property
    def version(self) -> str:
        return self.known.version if self.known else ""

    @property
    def running(self) -> bool:
        return self.run is not None and not self.run.is_over

    @property
    def removing(self) -> bool:
        return self.running and self.run is not None and self.run.removes

    @property
    def left_over(self) -> bool:
        """The last removal left something that another one may take away."""
        run = self.run
        failed = run is not None and any(code for code, *_rest in run.outcomes.values())
        return run is not None and run.removes and run.is_over and failed

    @property
    def urgent(self) -> bool:
        """Somebody has to act."""
        return bool(self.problem or self.secret_problem or any(each.urgent for each in self.told))

    @property
    def update(self) -> str:
        """The newer version that could be installed; "" if there is none."""
        newer = self.version and _number(self.offered) > _number(self.version)
        return self.offered if newer else ""


def standing_of(connection: Connection) -> Standing | None:
    """How it stands; None if the source has no plug-in."""
    declared = runs.declared(connection.source)
    if declared is None:
        return None
    known = installing.of_connection(connection)
    address = receiving_address.of_connection(connection)
    now = datetime.now(UTC)
    offered, lacking = "", None
    try:
        offered = declared.version()
    except Failure as failure:
        lacking = sentences.explain_failure(failure, source=connection.source)
    found = health.findings(known, address, now=now) if known else []
    until = address.former_until if address else None
    return Standing(
        declared=declared,
        known=known,
        run=runs.last_run(connection),
        offered=offered,
        lacking=lacking,
        problem=_words(connection, known.problem, known.params) if known else None,
        secret_problem=_words(connection, known.secret_problem, known.secret_params)
        if known
        else None,
        former_until=until if until and until > now else None,
        health=health.read(known) if known else None,
        told=tuple(
            Told(
                each.code,
                sentences.explain(connection.source, each.code, each.params),
                each.urgent,
            )
            for each in found
        ),
        public=str(settings.PUBLIC_URL).startswith("https://"),
    )


def steps_of(run: Installation) -> list[StepShown]:
    """The steps of an installation or removal, in words."""
    return [_shown(each, run.connection.source) for each in runs.steps_of(run)]


def in_words(texts: Iterable[str]) -> list[str]:
    """Marked sentences in the current language."""
    return [_(each) for each in texts]


def titles(steps: Iterable[Step]) -> list[str]:
    return [_(each.title) for each in steps]


def watched_of(standing: Standing, connection: Connection) -> list[Watched]:
    """What is watched over there, by the names of its fields."""
    if standing.known is None or standing.known.watched is None:
        return []
    return [
        Watched(name, tuple(fields), tuple(standing.known.unknown.get(name, ())))
        for name, fields in sorted(standing.known.watched.items())
    ]


def _shown(outcome: runs.StepOutcome, source: str) -> StepShown:
    why = sentences.explain(source, outcome.code, outcome.params) if outcome.code else None
    return StepShown(
        title=_(outcome.step.title),
        state=outcome.state,
        why=why,
        by_hand=_(outcome.step.by_hand) if outcome.code else "",
        detail=outcome.detail,
    )


def _words(
    connection: Connection, code: str, params: dict[str, str]
) -> sentences.Explanation | None:
    return sentences.explain(connection.source, code, params) if code else None


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split(".") if each.isdecimal())
