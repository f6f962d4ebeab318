"""The rules in force, and the moments of a save at which each kind speaks."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.rules.automations import Automation
from salesforce_simulator.rules.duplicates import DuplicateRule
from salesforce_simulator.rules.triggers import Trigger
from salesforce_simulator.rules.validation import ValidationRule
from salesforce_simulator.store import Row
from salesforce_simulator.transaction import Actor

if TYPE_CHECKING:
    from salesforce_simulator.org import Org
    from salesforce_simulator.permissions.access import Access
    from salesforce_simulator.transaction import Transaction

KINDS = ("validation_rules", "duplicate_rules", "triggers", "automations")
_FAILURES_KEPT = 100


class Rules:
    """What an administrator set up. Threads may add while others save: the org's lock holds."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.specs: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        self.failures: deque[str] = deque(maxlen=_FAILURES_KEPT)
        self._validation: list[ValidationRule] = []
        self._duplicates: list[DuplicateRule] = []
        self._triggers: list[Trigger] = []
        self._automations: list[Automation] = []

    def add(self, kind: str, spec: Any) -> None:
        """Put a rule in force, described as in a seed. ValueError says why it makes no sense."""
        read: dict[str, tuple[list[Any], Callable[[Org, Any], Any]]] = {
            "validation_rules": (self._validation, ValidationRule.of),
            "duplicate_rules": (self._duplicates, DuplicateRule.of),
            "triggers": (self._triggers, Trigger.of),
            "automations": (self._automations, Automation.of),
        }
        if kind not in read or not isinstance(spec, Mapping):
            raise ValueError(f"{kind}: known are {', '.join(KINDS)}; each rule is an object")
        rules, make = read[kind]
        with self._org.lock:
            try:
                rules.append(make(self._org, spec))
            except KeyError as missing:
                raise ValueError(f"{kind}: {missing} is missing or unknown") from missing
            except (ValueError, TypeError, AttributeError) as wrong:
                raise ValueError(f"{kind}: {wrong}") from wrong
            self.specs[kind].append(spec)

    def clear(self) -> None:
        with self._org.lock:
            for rules in (self._validation, self._duplicates, self._triggers, self._automations):
                rules.clear()
            self.specs = {kind: [] for kind in KINDS}
            self.failures.clear()

    def before_save(self, object_name: str, row: Row, old: Row | None) -> None:
        """Let the triggers rewrite a row."""
        for each in self._triggers:
            if each.object_name == object_name:
                each.apply(row, old)

    def judge(
        self, object_name: str, row: Row, old: Row | None, *, actor: Actor, access: "Access | None"
    ) -> None:
        """RecordError where a rule refuses a row."""
        for rule in self._validation:
            if rule.object_name == object_name:
                rule.check(row, old)
        for duplicates in self._duplicates:
            if duplicates.object_name == object_name:
                duplicates.check(
                    self._org,
                    row,
                    allow_save=actor.allow_duplicates,
                    version=actor.version,
                    sees=access.sees if access is not None else None,
                )

    def follow_up(self, writes: "Transaction") -> None:
        """Run the automations of what a transaction saved, now or later. None sets off another."""
        if writes.actor.automated or not self._automations:
            return
        for name, old, row in writes.changes():
            for each in self._automations:
                if each.applies(name, old, row):
                    work = partial(self._run, each, row["Id"])
                    self._org.later.do(work, milliseconds=each.milliseconds)

    def _run(self, automation: Automation, record_id: str) -> None:
        actor = Actor(
            user_id=automation.user_id, unlimited=True, automated=True, allow_duplicates=True
        )
        try:
            with self._org.transaction(actor) as writes:
                writes.update(automation.object_name, record_id, automation.values)
        except ApiError as refused:
            self.failures.append(f"{automation.object_name} {record_id}: {refused}")
