"""A model of one link's life: two workers, a slow network, an org with a will of its own.

The tables of the flow are played in plain Python over the engine's real `plan`, step by step, in
whatever order a schedule says: claim and look, depart, send, commit over there, answer, settle,
crash, end of a lease, a late commit. What must hold is in `test_outbound_model`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from raccord.engine.explain import arrived
from raccord.engine.plan import plan
from raccord.engine.records import (
    Action,
    BaseEntry,
    ConsentEvidence,
    LinkState,
    Plan,
    Record,
    Subject,
    TransferSpec,
    Value,
)
from raccord.engine.schema import RemoteType
from tests.unit.engine.cast import OUR_USER, SALES_REP, remote_values, subject, view

Rewrite = Callable[[str, Value], Value]
"""What the org makes of (remote field, value); raises Refused."""


class Refused(Exception):  # noqa: N818 - what an org says, not what went wrong here
    """The org's validation refuses the whole row."""


@dataclass
class Call:
    """A write on its way. `committed`: None while it is, then whether the org took it."""

    writes: Mapping[str, Value]
    proven: Mapping[str, bool]
    committed: bool | None = None


@dataclass
class Worker:
    """One run of the outbound story, as far as it got."""

    token: int
    version: int
    local: dict[str, Value]
    evidence: dict[str, ConsentEvidence]
    subject: Subject
    started: int
    plan: Plan | None = None
    call: Call | None = None


@dataclass
class World:
    """Both sides and everything between them. Every write anybody makes is noted."""

    transfer: TransferSpec
    local: dict[str, Value]
    rewrite: Rewrite = lambda name, value: value
    org: dict[str, Value] = field(default_factory=dict)
    modified_by: str = SALES_REP
    base: dict[str, BaseEntry] = field(default_factory=dict)
    sent: Mapping[str, Value] | None = None
    before: Mapping[str, Value] | None = None
    in_flight: int | None = None
    moved: int = 0
    moves: int = 0
    version: int = 1
    due: bool = True
    claim: int | None = None
    tokens: int = 0
    parked: bool = False
    workers: dict[int, Worker] = field(default_factory=dict)
    network: list[Call] = field(default_factory=list)
    evidence: dict[str, ConsentEvidence] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    local_writes: list[tuple[str, Value, Value]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.org:
            return
        self.org = remote_values(self.local, self.transfer.pairs)
        for pair in self.transfer.pairs:
            theirs = self.org[pair.remote.name]
            key = pair.local.key
            self.base[key] = BaseEntry(self.local.get(key), theirs, pair.fingerprint)

    # What people do ---------------------------------------------------------------------

    def edit_ours(self, key: str, value: Value, evidence: ConsentEvidence | None = None) -> None:
        if self.local.get(key) == value:
            return
        self.local[key] = value
        self.evidence[key] = evidence or ConsentEvidence()
        self.version += 1
        self.due, self.parked = True, False

    def edit_theirs(self, name: str, value: Value) -> None:
        if self.org.get(name) == value:
            return
        self.org[name] = value
        self.modified_by = SALES_REP
        self.hint()

    def hint(self) -> None:
        """A webhook, maybe the second for the same change: it only asks for a look."""
        self.version += 1
        self.due, self.parked = True, False

    # What a worker does, one step at a time ---------------------------------------------

    def step(self, number: int) -> None:
        worker = self.workers.get(number)
        if worker is None:
            self._claim_and_look(number)
        elif worker.plan is None:
            self._depart(number, worker)
        elif worker.call is None:
            worker.call = Call(worker.plan.writes, self._proofs(worker))
            self.network.append(worker.call)
            self.calls.append(worker.call)
        else:
            self._settle(number, worker)

    def crash(self, number: int) -> None:
        self.workers.pop(number, None)

    def lease_ends(self) -> None:
        """Both leases run from the same moment; what departed stays `sent`, unexplained."""
        self.claim = self.in_flight = None

    def commit(self) -> None:
        """The oldest call reaches the org, in time or not."""
        if not self.network:
            return
        call = self.network.pop(0)
        try:
            taken = {name: self.rewrite(name, value) for name, value in call.writes.items()}
        except Refused:
            call.committed = False
            return
        for name in self._opt_outs():
            if self.org.get(name) is True and taken.get(name) is False:
                assert call.proven.get(name), "an opt-out was lifted without proof"
        self.org |= taken
        self.modified_by = OUR_USER
        call.committed = True

    def lose(self) -> None:
        """The oldest call never arrives."""
        if self.network:
            self.network.pop(0)

    def quiet(self) -> bool:
        return not (self.due or self.workers or self.network)

    def _claim_and_look(self, number: int) -> None:
        if not self.due or self.claim is not None or self.parked:
            return
        self.tokens += 1
        self.claim = self.tokens
        if self.in_flight is not None:
            self.claim = None
            return
        self.moves += 1
        shown = view(dict(self.org), by=self.modified_by)
        if self.before is not None and self._may_still_arrive() and not self._shows_sent(shown):
            self.claim = None  # due again when the longest time of a request has passed
            return
        self.workers[number] = Worker(
            token=self.tokens,
            version=self.version,
            local=dict(self.local),
            evidence=dict(self.evidence),
            subject=self._subject(shown),
            started=self.moves,
        )

    def _subject(self, shown: Record) -> Subject:
        return subject(
            dict(self.local),
            link=LinkState("r1", dict(self.base), sent=self.sent, before=self.before),
            view=shown,
            evidence=dict(self.evidence),
        )

    def _may_still_arrive(self) -> bool:
        """A call is under way, or a worker whose lease ended may be about to make it."""
        about_to = any(each.plan and each.call is None for each in self.workers.values())
        return bool(self.network) or about_to

    def _shows_sent(self, shown: Record) -> bool:
        sent, before = self.sent or {}, self.before or {}
        return arrived(self.transfer, sent=sent, before=before, view=shown)

    def _depart(self, number: int, worker: Worker) -> None:
        usable = self.in_flight is None and self.moved < worker.started
        if self.claim != worker.token or not usable:
            self._give_back(number, worker)
            return
        made = plan(worker.subject, self.transfer)
        self.conflicts = set(made.conflicts)
        self._note(made)
        untouched = self._write_locally(made, worker)
        self.moves += 1
        self.moved = self.moves
        if made.action is not Action.UPDATE:
            if untouched and self.version == worker.version:
                self.due = False
            self._give_back(number, worker)
            return
        self.sent, self.before, self.in_flight = made.writes, made.before, worker.token
        worker.plan = made

    def _note(self, made: Plan) -> None:
        """What the view explained is stored with the departure, which replaces `sent`."""
        self.base |= made.base_seen
        self.sent = self.before = None

    def _write_locally(self, made: Plan, worker: Worker) -> bool:
        """Each value only where ours is still what the plan was made from."""
        untouched = True
        for key, value in made.local.items():
            if self.local.get(key) != worker.local.get(key):
                untouched = False
                continue
            self.local_writes.append((key, self.local.get(key), value))
            self.local[key] = value
            self.base[key] = made.base[key]
        return untouched

    def _proofs(self, worker: Worker) -> dict[str, bool]:
        given = {key: item.by_person and item.saw_refusal for key, item in worker.evidence.items()}
        return {pair.remote.name: given.get(pair.local.key, False) for pair in self.transfer.pairs}

    def _settle(self, number: int, worker: Worker) -> None:
        assert worker.plan is not None
        assert worker.call is not None
        committed = worker.call.committed
        if self.in_flight == worker.token:
            self.in_flight = None
            self.moves += 1
            self.moved = self.moves
            if committed:
                keys = self._written_keys(worker.plan)
                self.base |= {key: worker.plan.base[key] for key in keys}
                self.before = None
            elif committed is False:
                self.sent = self.before = None
        else:
            self.due = True  # late: it only asks for a look
        if self.claim == worker.token and self.version == worker.version:
            self.parked = committed is False
            self.due = not committed
        self._give_back(number, worker)

    def _opt_outs(self) -> list[str]:
        remotes = [pair.remote for pair in self.transfer.pairs]
        return [each.name for each in remotes if each.type is RemoteType.OPT_OUT]

    def _written_keys(self, made: Plan) -> list[str]:
        return [pair.local.key for pair in self.transfer.pairs if pair.remote.name in made.writes]

    def _give_back(self, number: int, worker: Worker) -> None:
        del self.workers[number]
        if self.claim == worker.token:
            self.claim = None


class ForgetfulWorld(World):
    """A flow with a hole: what a view explained is not stored with the next departure."""

    def _note(self, made: Plan) -> None:
        self.sent = self.before = None


class HastyWorld(World):
    """A flow with a hole: an unanswered write is repeated while it may still take effect."""

    def _may_still_arrive(self) -> bool:
        return False
