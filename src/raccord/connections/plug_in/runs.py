"""Installations and removals as a person sees them: told step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import Connection
from raccord.connections.plug_in.models import Installation, InstallationState
from raccord.connectors.plug_in import PlugInDeclaration, Step
from raccord.engine.errors import BadInput

# The job that goes on with a run.
INSTALL = "raccord.install_plug_in"

UNDER_WAY = "raccord.plug_in.under_way"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step of a run. state: ok, failed, working or waiting; code: why it failed."""

    step: Step
    state: str
    code: str = ""
    params: dict[str, str] | None = None
    detail: str = ""


def declared(source: str) -> PlugInDeclaration | None:
    """What the source says of its plug-in; None if it has none, or its connector is gone."""
    return declaration_of(source).plug_in if installed(source) else None


def last_run(connection: Connection) -> Installation | None:
    """The installation or removal that was begun last."""
    return connection.installations.order_by("-pk").first()


def steps(run: Installation) -> Sequence[Step]:
    """What the run consists of; nothing where its connector is gone."""
    plug_in = declared(run.connection.source)
    if plug_in is None:
        return ()
    if not run.removes:
        return plug_in.steps
    return [each for each in plug_in.removing if run.everything or not each.if_asked]


def steps_of(run: Installation) -> list[StepOutcome]:
    """Each step with what became of it, in order."""
    return [_outcome(run, position, step) for position, step in enumerate(steps(run))]


def check_none_under_way(connection: Connection) -> None:
    """Raises BadInput while something is installed or removed for the connection."""
    running = Installation.objects.filter(state=InstallationState.RUNNING)
    if running.filter(connection=connection).exists():
        raise BadInput(UNDER_WAY)


def _outcome(run: Installation, position: int, step: Step) -> StepOutcome:
    known = run.outcomes.get(step.name)
    if known is None:
        working = position == run.position and not run.is_over
        return StepOutcome(step, "working" if working else "waiting")
    code, params, detail = known
    return StepOutcome(step, "failed" if code else "ok", code, params, detail)
