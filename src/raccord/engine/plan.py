"""What would be written for one contact, and why: step 3 of outbound, after look, before depart.

The only maker of outbound decisions, so that the dry run and the real run can not differ. The
contact and its counterpart go in as a `Subject`; what comes out names every field's decision and
the rule behind it. A later view finds nothing left to do once a plan's writes were taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from raccord.engine.consent import Circumstances
from raccord.engine.creation import create, not_ticked
from raccord.engine.errors import (
    Failure,
    MatchAmbiguous,
    PermissionMissing,
)
from raccord.engine.explain import explain_sent
from raccord.engine.mapping import exactly, pair_equal, refusal
from raccord.engine.matching import match
from raccord.engine.merge import FieldVerdict, MergeContext, Step, merge, valid
from raccord.engine.parting import ended, let_go, ours_deleted, theirs_deleted, theirs_ended
from raccord.engine.records import (
    Action,
    BaseEntry,
    ConsentEvidence,
    Decision,
    FieldPair,
    FieldType,
    LinkState,
    Operation,
    Plan,
    Record,
    Subject,
    TransferSpec,
    Value,
    Values,
)
from raccord.engine.transforms import ABSENT

UNLINKED = LinkState(remote_id=None, base={})
EXPLAINED = "explained"
"""The outcome of a decision that says what became of a value that had departed."""


def plan(subject: Subject, transfer: TransferSpec) -> Plan:
    """Decide what happens to one contact's counterpart.

    Never raises for anything that a contact or a remote record may hold: what can not be done
    is a plan that says so.
    """
    link = subject.link or UNLINKED
    if subject.local is None:
        return ours_deleted(subject, transfer, link)
    if link.gone:
        return theirs_deleted(subject, transfer)
    if link.remote_id is None:
        return _find_or_create(subject, transfer, link, subject.local)
    if subject.view is None:
        # Not among the records that were asked for: that is no evidence of a deletion.
        failure = PermissionMissing("raccord.plan.not_visible", {"object": transfer.object})
        return Plan(subject.contact, Action.LOOK_AGAIN, failure=failure)
    if ended(subject.view):
        return theirs_ended(subject, transfer, subject.view)
    return _update(subject, transfer, link, subject.local, subject.view)


def _find_or_create(
    subject: Subject, transfer: TransferSpec, link: LinkState, local: Values
) -> Plan:
    found = match(
        transfer,
        external_id=subject.external_id,
        local=local,
        candidates=subject.candidates,
    )
    if found.ambiguous:
        ids = tuple(record.id for record in found.ambiguous)
        about = {"object": transfer.object, "count": str(len(ids)), "field": found.by}
        failure = MatchAmbiguous("raccord.plan.match_ambiguous", about, candidates=ids)
        return Plan(subject.contact, Action.PARK, failure=failure)
    if found.record is not None:
        return _update(subject, transfer, link, local, found.record)
    if link.let_go:
        return let_go(subject, transfer)
    return create(subject, transfer, local)


def _update(
    subject: Subject, transfer: TransferSpec, link: LinkState, local: Values, view: Record
) -> Plan:
    """Merge field by field with the counterpart as read, linked already or just found."""
    context = _context(subject, transfer, view)
    sums = _Sums(new_link=link.remote_id is None)
    for pair in transfer.pairs:
        obstacle = _obstacle(pair, view)
        if obstacle is not None:
            sums.add(pair, FieldVerdict(Step.HELD, "obstacle", failure=obstacle))
            continue
        entry = _explained(pair, transfer, link, view, sums)
        ours, theirs = local.get(pair.local.key), view.values[pair.remote.name]
        if entry is not None and _untouched(pair, ours, theirs, entry):
            same = exactly(ours, theirs) or pair_equal(pair, ours, theirs)
            row = Step.NOTHING, "equal" if same else "neither_changed"
            sums.decisions.append(Decision(pair.local.key, *row))
            continue
        verdict = merge(
            pair,
            ours=ours,
            theirs=theirs,
            base=entry,
            context=_of_field(context, subject, pair.local.key),
        )
        sums.add(pair, _let_through(verdict, pair, subject, transfer, sums))
    return sums.plan(subject, view)


def _untouched(pair: FieldPair, ours: Value, theirs: Value, entry: BaseEntry) -> bool:
    """Whether both sides hold to the letter what the base says: most fields of most contacts.

    The table of `merge` has nothing to do then, whatever the rule (rows 2 and 4), and need not be
    gone through. Consent is decided by evidence and always goes through its own.
    """
    return (
        exactly(ours, entry.ours)
        and exactly(theirs, entry.theirs)
        and pair.local.type is not FieldType.CONSENT
    )


def _obstacle(pair: FieldPair, view: Record) -> Failure | None:
    """What keeps the field from being merged at all; its base stays as it is."""
    if pair.remote.name in view.values:
        return refusal(pair)
    about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
    return PermissionMissing("raccord.plan.field_not_visible", about)


def _explained(
    pair: FieldPair, transfer: TransferSpec, link: LinkState, view: Record, sums: _Sums
) -> BaseEntry | None:
    """The field's base entry, corrected by what the view shows of a value that departed."""
    key, name = pair.local.key, pair.remote.name
    entry = valid(pair, link.base.get(key))
    if link.sent is not None and name in link.sent:
        before = ABSENT if link.before is None else link.before.get(name, ABSENT)
        explanation = explain_sent(
            pair,
            sent=link.sent[name],
            seen=view.values[name],
            base=entry,
            before=before,
            by_us=bool(transfer.own_user) and view.modified_by == transfer.own_user,
        )
        sums.decisions.append(Decision(key, EXPLAINED, explanation.row))
        entry = explanation.base or entry
    if entry is not None:
        sums.seen[key] = entry
    return entry


def _context(subject: Subject, transfer: TransferSpec, view: Record) -> MergeContext:
    """What decides for every field alike."""
    their_person = bool(view.modified_by and transfer.own_user) and (
        view.modified_by != transfer.own_user
    )
    return MergeContext(
        first_link_rule=transfer.first_link_rule,
        theirs_changed=subject.theirs_changed,
        consent=Circumstances(
            opt_ins_count=transfer.opt_ins_count,
            modified_by_person=their_person,
            fresh=subject.fresh,
        ),
    )


def _of_field(context: MergeContext, subject: Subject, key: str) -> MergeContext:
    """The same with what is known of one field; most fields have nothing of their own."""
    changed, evidence = subject.ours_changed.get(key), subject.evidence.get(key)
    if changed is None and evidence is None:
        return context
    consent = replace(context.consent, evidence=evidence or ConsentEvidence())
    return replace(context, ours_changed=changed, consent=consent)


def _let_through(
    verdict: FieldVerdict, pair: FieldPair, subject: Subject, transfer: TransferSpec, sums: _Sums
) -> FieldVerdict:
    """Hold a write whose operation is not ticked. Tightening a consent is never held."""
    if verdict.step is not Step.TO_THEM or verdict.tightens:
        return verdict
    created = sums.new_link and Operation.CREATED in subject.operations
    if created and Operation.CREATED in transfer.operations:
        return verdict
    consent = pair.local.type is FieldType.CONSENT
    needed = Operation.CONSENT_CHANGED if consent else Operation.UPDATED
    if needed in transfer.operations:
        return verdict
    return FieldVerdict(Step.HELD, verdict.row, failure=not_ticked(needed))


@dataclass(slots=True)
class _Sums:
    """A plan in the making: the verdicts of the fields, added up."""

    new_link: bool
    writes: dict[str, Value] = field(default_factory=dict)
    before: dict[str, Value] = field(default_factory=dict)
    local: dict[str, Value] = field(default_factory=dict)
    seen: dict[str, BaseEntry] = field(default_factory=dict)
    promised: dict[str, BaseEntry] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    held: list[Failure] = field(default_factory=list)
    tightens: bool = False

    def add(self, pair: FieldPair, verdict: FieldVerdict) -> None:
        key = pair.local.key
        reason = verdict.failure.code if verdict.failure else verdict.row
        self.decisions.append(Decision(key, verdict.step, reason))
        if verdict.asks:
            self.conflicts.append(key)
        if verdict.failure is not None:
            self.held.append(verdict.failure)
        self.tightens |= verdict.tightens
        if verdict.step is Step.TO_THEM:
            self.writes[pair.remote.name] = verdict.value
        elif verdict.step is Step.TO_US:
            self.local[key] = verdict.value
        if verdict.base is not None:
            certain = verdict.step is Step.NOTHING
            (self.seen if certain else self.promised)[key] = verdict.base

    def plan(self, subject: Subject, view: Record) -> Plan:
        self.before.update((name, view.values.get(name)) for name in self.writes)
        return Plan(
            contact=subject.contact,
            action=self._action(),
            writes=self.writes,
            before=self.before,
            local=self.local,
            base={**self.seen, **self.promised},
            base_seen=self.seen,
            link_to=view.id if self.new_link else None,
            decisions=tuple(self.decisions),
            conflicts=tuple(self.conflicts),
            failure=_first(self.held),
            tightens=self.tightens,
        )

    def _action(self) -> Action:
        if self.writes:
            return Action.UPDATE
        return Action.HOLD if self.held else Action.NOTHING


def _first(failures: Iterable[Failure]) -> Failure | None:
    return next(iter(failures), None)
