"""A list in words: its conditions as sentences (“City is Paris or Lyon”), how many it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from raccord.connections.models import DataTransfer
from raccord.contacts.lists.counting import Count
from raccord.contacts.lists.query import (
    CHANGED,
    CREATED,
    SYNC,
    Condition,
    Operator,
    SyncState,
    standing,
)
from raccord.contacts.models import Project
from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.web.contacts.shown import in_words
from raccord.web.templatetags.pieces import in_digits

SPECIAL_LABELS: Mapping[str, Promise] = {
    CHANGED: gettext_lazy("Changed"),
    CREATED: gettext_lazy("Added"),
    SYNC: gettext_lazy("State in other systems"),
}

STATE_LABELS: Mapping[SyncState, Promise] = {
    SyncState.AGREED: gettext_lazy("Up to date"),
    SyncState.WAITING: gettext_lazy("Waiting to be sent"),
    SyncState.REFUSED: gettext_lazy("Refused"),
    SyncState.HELD: gettext_lazy("Held"),
    SyncState.NOT_LINKED: gettext_lazy("Not linked"),
}

OPERATOR_LABELS: Mapping[Operator, Promise] = {
    Operator.IS: pgettext_lazy("filter", "is"),
    Operator.IS_NOT: pgettext_lazy("filter", "is not"),
    Operator.CONTAINS: pgettext_lazy("filter", "contains"),
    Operator.STARTS_WITH: pgettext_lazy("filter", "starts with"),
    Operator.BEFORE: pgettext_lazy("filter", "is before"),
    Operator.AFTER: pgettext_lazy("filter", "is after"),
    Operator.LESS: pgettext_lazy("filter", "is less than"),
    Operator.MORE: pgettext_lazy("filter", "is more than"),
    Operator.IN_LAST_DAYS: pgettext_lazy("filter", "is in the last days"),
    Operator.EMPTY: pgettext_lazy("filter", "is empty"),
    Operator.NOT_EMPTY: pgettext_lazy("filter", "is filled in"),
}
CONSENT_LABELS: Mapping[Operator, Promise] = {
    Operator.EMPTY: pgettext_lazy("filter", "is unknown"),
    Operator.NOT_EMPTY: pgettext_lazy("filter", "is known"),
}

_SENTENCES: Mapping[Operator, Promise] = {
    Operator.IS: gettext_lazy("%(field)s is %(values)s"),
    Operator.IS_NOT: gettext_lazy("%(field)s is not %(values)s"),
    Operator.CONTAINS: gettext_lazy("%(field)s contains %(values)s"),
    Operator.STARTS_WITH: gettext_lazy("%(field)s starts with %(values)s"),
    Operator.BEFORE: gettext_lazy("%(field)s is before %(values)s"),
    Operator.AFTER: gettext_lazy("%(field)s is after %(values)s"),
    Operator.LESS: gettext_lazy("%(field)s is less than %(values)s"),
    Operator.MORE: gettext_lazy("%(field)s is more than %(values)s"),
    Operator.EMPTY: gettext_lazy("%(field)s is empty"),
    Operator.NOT_EMPTY: gettext_lazy("%(field)s is filled in"),
}
_CONSENT_SENTENCES: Mapping[Operator, Promise] = {
    Operator.EMPTY: gettext_lazy("%(field)s is unknown"),
    Operator.NOT_EMPTY: gettext_lazy("%(field)s is known"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is needed to speak of a project's lists.

    specs: the fields. transfers: the name of each data transfer, by its number.
    """

    specs: Mapping[str, FieldSpec]
    transfers: Mapping[int, str]

    def label(self, name: str) -> str:
        """A field, or what every contact has beside its fields; the name itself if neither."""
        if name in SPECIAL_LABELS:
            return str(SPECIAL_LABELS[name])
        spec = self.specs.get(name)
        return (spec.label or spec.key) if spec is not None else name

    def operator(self, name: str, operator: Operator) -> str:
        """How a field is compared, to stand behind its label."""
        labels = CONSENT_LABELS if self._is_consent(name) else {}
        return str(labels.get(operator) or OPERATOR_LABELS[operator])

    def sentence(self, condition: Condition) -> str:
        """The whole condition."""
        if condition.operator is Operator.IN_LAST_DAYS:
            return self._in_last_days(condition)
        special = _CONSENT_SENTENCES if self._is_consent(condition.field) else {}
        sentence = special.get(condition.operator) or _SENTENCES[condition.operator]
        values = one_of([self.value(condition.field, text) for text in condition.values])
        return str(sentence) % {"field": self.label(condition.field), "values": values}

    def value(self, name: str, stored: str) -> str:
        """One value of a condition, as the contacts' own values are shown."""
        if name == SYNC:
            return self._state(stored)
        spec = FieldSpec(name, FieldType.DATE) if name in (CHANGED, CREATED) else self.specs[name]
        match spec.type:
            case FieldType.DATE | FieldType.DATETIME:
                value: Value = date.fromisoformat(stored)
            case FieldType.INTEGER | FieldType.DECIMAL:
                value = Decimal(stored)
            case FieldType.BOOLEAN:
                value = stored == "yes"
            case FieldType.MULTIPLE_CHOICE:
                value = (stored,)
            case _:
                value = stored
        return in_words(spec, value)

    def _state(self, stored: str) -> str:
        state, transfer, cause = standing(stored)
        label = str(STATE_LABELS[state])
        if transfer is None:
            return label
        there = self.transfers.get(transfer, str(transfer))
        if cause:
            return _("Refused for one cause (%(transfer)s)") % {"transfer": there}
        return _("%(state)s (%(transfer)s)") % {"state": label, "transfer": there}

    def _in_last_days(self, condition: Condition) -> str:
        days = int(condition.values[0])
        field = self.label(condition.field)
        if days == 1:
            return _("%(field)s is today or yesterday") % {"field": field}
        sentence = _("%(field)s is in the last %(days)s days")
        return sentence % {"field": field, "days": in_digits(days)}

    def _is_consent(self, name: str) -> bool:
        return name in self.specs and self.specs[name].type is FieldType.CONSENT


def words_of(project: Project, specs: Mapping[str, FieldSpec]) -> Words:
    """The words of a project, with the names of its data transfers; one query."""
    transfers = DataTransfer.objects.filter(connection__project=project)
    names = {
        t.pk: f"{t.connection.name} · {t.object}" for t in transfers.select_related("connection")
    }
    return Words(specs, names)


def one_of(words: Sequence[str]) -> str:
    """Paris; Paris or Lyon; Paris, Lyon or Nice."""
    if len(words) < 2:
        return "".join(words)
    listed = pgettext("between the words of a list", ", ").join(words[:-1])
    return _("%(listed)s or %(last)s") % {"listed": listed, "last": words[-1]}


def how_many(count: Count) -> str:
    """12 contacts; more than 10,000 contacts."""
    if count.more:
        return _("More than %(count)s contacts") % {"count": in_digits(count.number)}
    text = ngettext("%(count)s contact", "%(count)s contacts", count.number)
    return text % {"count": in_digits(count.number)}
