"""The plan for somebody whom the other side does not know yet. Called by `plan`."""

from __future__ import annotations

from raccord.engine.consent import NO, YES, can_say_yes
from raccord.engine.errors import BadInput, Failure, RecordRejected
from raccord.engine.mapping import outward, refusal, unsendable
from raccord.engine.merge import Step
from raccord.engine.records import (
    Action,
    BaseEntry,
    Decision,
    Direction,
    FieldPair,
    FieldType,
    Operation,
    Plan,
    Subject,
    TransferSpec,
    Value,
    Values,
)
from raccord.engine.transforms import ABSENT


def create(subject: Subject, transfer: TransferSpec, local: Values) -> Plan:
    """All that flows out and is not empty. What else the record needs is the org's own default.

    A value that the other side is known not to take waits with its reason; the others go on.
    """
    if Operation.CREATED not in transfer.operations:
        return Plan(subject.contact, Action.HOLD, failure=not_ticked(Operation.CREATED))
    if not transfer.create:
        failure = Failure("raccord.plan.create_off", {"object": transfer.object})
        return Plan(subject.contact, Action.HOLD, failure=failure)
    writes: dict[str, Value] = {}
    base: dict[str, BaseEntry] = {}
    decisions: list[Decision] = []
    unfit: list[BadInput] = []
    for pair in transfer.pairs:
        ours = local.get(pair.local.key)
        reason, sent = _first_value(pair, ours)
        problem = unsendable(pair, sent) if reason == "created" else None
        if problem is not None:
            if pair.remote.required:
                return Plan(subject.contact, Action.PARK, failure=problem)
            unfit.append(problem)
            decisions.append(Decision(pair.local.key, Step.HELD, problem.code))
            continue
        if reason == "created":
            writes[pair.remote.name] = sent
            base[pair.local.key] = BaseEntry(ours, sent, pair.fingerprint)
        elif pair.remote.required:
            return _unfit(subject, pair, decisions)
        outcome = Step.TO_THEM if reason == "created" else Step.NOTHING
        decisions.append(Decision(pair.local.key, outcome, reason))
    return Plan(
        subject.contact,
        Action.CREATE,
        writes=writes,
        base=base,
        decisions=tuple(decisions),
        failure=next(iter(unfit), None),
    )


def _first_value(pair: FieldPair, ours: Value) -> tuple[str, Value]:
    """(why, what) a new record gets in this field; anything but "created" sends nothing."""
    unfit = refusal(pair)
    if unfit is not None:
        return unfit.code, None
    if pair.local.type is FieldType.CONSENT:
        flows = ours == NO or (pair.direction is not Direction.INBOUND and can_say_yes(pair))
        if ours not in (YES, NO) or not flows:
            return "consent.nothing_to_say", None
    elif pair.direction is Direction.INBOUND:
        return "inbound_only", None
    if not pair.remote.createable:
        return "not_createable", None
    sent = None if ours is None and pair.when_empty is None else outward(pair, ours)
    if sent is None or sent is ABSENT:
        return "empty", None
    return "created", sent


def _unfit(subject: Subject, pair: FieldPair, decisions: list[Decision]) -> Plan:
    """The other side requires what this contact does not have."""
    about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
    failure = RecordRejected("raccord.plan.required_missing", about, fields=(pair.remote.name,))
    decisions.append(Decision(pair.local.key, Step.HELD, failure.code))
    return Plan(subject.contact, Action.PARK, decisions=tuple(decisions), failure=failure)


def not_ticked(operation: Operation) -> Failure:
    """Why a write is held: the integration does not send this operation."""
    return Failure("raccord.plan.operation_off", {"operation": operation.value})
