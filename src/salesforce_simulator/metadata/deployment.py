"""One deployment, from its zip to what it did: judge every component, then apply all or some.

Nothing is touched before everything is judged, so a deployment that is rolled back did nothing.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from salesforce_simulator.metadata.archive import Archive, ArchiveError, unpack
from salesforce_simulator.metadata.component import Component, Problem
from salesforce_simulator.metadata.inventory import MANIFEST, Inventory, take_inventory
from salesforce_simulator.metadata.judging import exists, in_order, judge, remove, take_effect
from salesforce_simulator.metadata.landscape import Landscape
from salesforce_simulator.metadata.options import Options
from salesforce_simulator.metadata.removals import obstacle

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

PENDING, IN_PROGRESS = "Pending", "InProgress"
SUCCEEDED, PARTIAL, FAILED = "Succeeded", "SucceededPartial", "Failed"
CANCELING, CANCELED = "Canceling", "Canceled"
ENDS = frozenset({SUCCEEDED, PARTIAL, FAILED, CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one component. problem: why not, or a warning."""

    type: str
    full_name: str
    path: str
    success: bool
    id: str = ""
    created: bool = False
    changed: bool = False
    deleted: bool = False
    problem: Problem | None = None


@dataclass(slots=True, kw_only=True)
class Deployment:
    """One deployment and how far it is. Stamps are as `clock.to_stamp` writes them."""

    id: str
    user_id: str
    options: Options
    packed: bytes
    created: str
    status: str = PENDING
    started: str = ""
    completed: str = ""
    changed: str = ""
    canceled_by: str = ""
    error_code: str = ""
    error: str = ""
    validated_id: str = ""
    total: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.status in ENDS

    @property
    def failures(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.success]


def carry_out(org: "Org", deployment: Deployment) -> str:
    """Do a deployment's work, note the outcomes in it, and return the status it ends in."""
    try:
        archive = unpack(deployment.packed)
    except ArchiveError as refused:
        deployment.error_code, deployment.error = refused.code, refused.message
        return FAILED
    inventory = take_inventory(archive, allow_missing=deployment.options["allowMissingFiles"])
    parts = len(inventory.components) + len(inventory.removed)
    deployment.total = parts + len(inventory.problems)
    with org.lock:
        good, gone = _judge(org, deployment, inventory, archive)
        if deployment.status == CANCELING:
            return CANCELED
        failed = bool(deployment.failures)
        if failed and (deployment.options["rollbackOnError"] or not (good or gone)):
            return FAILED
        if not deployment.options["checkOnly"]:
            _apply(org, deployment, good, gone)
    return PARTIAL if failed else SUCCEEDED


def _judge(
    org: "Org", deployment: Deployment, inventory: Inventory, archive: Archive
) -> tuple[list[Component], list[tuple[str, str, bool]]]:
    """Judge all of a package; return what can be applied: components, and removals."""
    outcomes = deployment.outcomes
    outcomes += [_refused(each, archive, deployment) for each in inventory.problems]
    if not any(each.path == MANIFEST for each in inventory.problems):
        # The org lists the manifest among what it took, though it is no component.
        path = archive.shown(MANIFEST)
        outcomes.append(Outcome(type="", full_name=MANIFEST, path=path, success=True))
    gone, removals = _judge_removals(org, deployment, inventory, archive)
    land = Landscape(org, removed={(kind, name) for kind, name, before in gone if before})
    land.brought |= {each.key for each in inventory.components}
    good: list[Component] = []
    for component in in_order(inventory.components):
        if deployment.status == CANCELING:
            break
        problems = judge(component, land)
        refusals = [_refused(each, archive, deployment) for each in problems]
        outcomes += refusals
        if any(not each.success for each in refusals):
            continue
        good.append(component)
        new = not exists(org, *component.key)
        outcomes.append(
            Outcome(
                type=component.type,
                full_name=component.full_name,
                path=archive.shown(component.path),
                success=True,
                id=_known_id(org, component),
                created=new,
                changed=new or org.components.is_changed_by(component),
            )
        )
    outcomes += removals
    return good, gone


def _judge_removals(
    org: "Org", deployment: Deployment, inventory: Inventory, archive: Archive
) -> tuple[list[tuple[str, str, bool]], list[Outcome]]:
    gone: list[tuple[str, str, bool]] = []
    outcomes: list[Outcome] = []
    at_last = {(kind, name) for kind, name, _, _ in inventory.removed}
    at_first = {(kind, name) for kind, name, before, _ in inventory.removed if before}
    for kind, name, before, path in inventory.removed:
        leaving = at_first if before else at_last
        if reason := obstacle(org, kind, name, leaving=leaving):
            problem = Problem(type=kind, full_name=name, path=path, text=reason)
            outcomes.append(_refused(problem, archive, deployment))
            continue
        if exists(org, kind, name) and (kind != "CustomObject" or "__" in name):
            gone.append((kind, name, before))
            outcomes.append(
                Outcome(
                    type=kind, full_name=name, path=archive.shown(path), success=True, deleted=True
                )
            )
            continue
        standard = kind == "CustomObject" and exists(org, kind, name)
        text = (
            f"Cannot delete standard object {name}"
            if standard
            else f"No {kind} named: {name} found"
        )
        problem = Problem(type=kind, full_name=name, path=path, text=text, warning=not standard)
        outcomes.append(_refused(problem, archive, deployment))
    return gone, outcomes


def _apply(
    org: "Org",
    deployment: Deployment,
    good: list[Component],
    gone: list[tuple[str, str, bool]],
) -> None:
    ids: dict[tuple[str, str], str] = {}
    for kind, name, before in gone:
        if before and exists(org, kind, name):
            remove(org, kind, name)
    for component in good:
        take_effect(org, component)
        if org.components.is_changed_by(component):
            org.components.put(component, user_id=deployment.user_id)
        ids[component.key] = _known_id(org, component)
    for kind, name, before in gone:
        if not before and exists(org, kind, name):
            remove(org, kind, name)
    deployment.outcomes = [
        replace(each, id=ids.get((each.type, each.full_name), each.id)) if each.success else each
        for each in deployment.outcomes
    ]


def _known_id(org: "Org", component: Component) -> str:
    known = org.components.get(*component.key)
    return known.id if known is not None else ""


def _refused(problem: Problem, archive: Archive, deployment: Deployment) -> Outcome:
    return Outcome(
        type=problem.type,
        full_name=problem.full_name,
        path=archive.shown(problem.path),
        success=problem.warning and deployment.options["ignoreWarnings"],
        problem=problem,
    )
