"""Entries of the delivery log in sentences: what was sent and received, by which rule, and what
was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from raccord.accounts.models import User
from raccord.connections.models import DataTransfer
from raccord.connections.sentences import explain
from raccord.contacts.blamed_fields import for_reader, labels_for_reader
from raccord.contacts.history import value_of
from raccord.contacts.models import Field, Project
from raccord.engine import reasons
from raccord.engine.merge import Step
from raccord.engine.records import FieldPair, FieldSpec, FieldType, Value
from raccord.engine.values import Stored, from_json
from raccord.sync.delivery_rows import IN, OUT
from raccord.sync.models import Delivery, Moved
from raccord.web.connections.their_records import pairs_of, text_of, their_words
from raccord.web.contacts.shown import in_words
from raccord.web.templatetags.pieces import in_digits

_LOOKS = {
    Moved.CREATED: "upload",
    Moved.UPDATED: "upload",
    Moved.UNCHANGED: "upload",
    Moved.DELETED: "trash",
    Moved.GONE: "trash",
    Moved.REJECTED: "alert-circle",
    Moved.UNKNOWN: "clock",
    Moved.LINKED: "link",
    Moved.CHOSEN: "link",
    Moved.FOLLOWED: "link",
    Moved.BACK: "arrow-back-up",
    Moved.ASKED: "alert-triangle",
    Moved.PARKED: "alert-triangle",
    Moved.HELD: "player-pause",
    Moved.DECIDED: "user-check",
}
_SAID_YES = frozenset({"consent.our_yes", "consent.yes_after_their_no"})


@dataclass(frozen=True, slots=True)
class ShownMove:
    """One field. before, after: "" where it was, or became, empty. why: the rule, in words.

    how: "changed"; or, where the two stand side by side, "differs" (here, there) or "rewritten"
    (sent, stored there).
    """

    key: str
    label: str
    before: str
    after: str
    why: str = ""
    how: str = "changed"


class Deliveries:
    """Everything that some entries speak of, read at once."""

    def __init__(self, project: Project, deliveries: Iterable[Delivery]) -> None:
        deliveries = list(deliveries)
        self._project = project
        keys = {delivery.transfer for delivery in deliveries}
        found = DataTransfer.objects.filter(pk__in=keys, connection__project=project)
        self._transfers = found.select_related("connection__authorization").in_bulk()
        actors = {delivery.actor for delivery in deliveries if delivery.actor}
        self._names = dict(User.objects.filter(email__in=actors).values_list("email", "name"))
        self._pairs: dict[int, Mapping[str, FieldPair]] = {}

    def source(self, delivery: Delivery) -> str:
        """The connection's name."""
        transfer = self._transfers.get(delivery.transfer)
        return transfer.connection.name if transfer else _("Another system")

    def transfer(self, delivery: Delivery) -> DataTransfer | None:
        """The data transfer it went over, unless that was removed."""
        return self._transfers.get(delivery.transfer)

    def look(self, delivery: Delivery) -> str:
        """The icon beside it."""
        return _LOOKS.get(Moved(delivery.what), "refresh")

    def sentence(self, delivery: Delivery) -> str:
        """What happened."""
        facts = {
            "source": self.source(delivery),
            "id": delivery.remote_id or "–",
            "who": self._names.get(delivery.actor) or delivery.actor or _("Somebody"),
            "count": in_digits(len(delivery.fields)),
        }
        if delivery.what == Moved.UPDATED:
            count = len(delivery.fields)
            return (
                ngettext(
                    "%(count)s field was sent to %(source)s, and taken",
                    "%(count)s fields were sent to %(source)s, and taken",
                    count,
                )
                % facts
            )
        return _sentences()[Moved(delivery.what)] % facts

    def answer(self, delivery: Delivery) -> str:
        """Why it was refused, or waits; "" where there is nothing more to say."""
        if not delivery.code or delivery.what == Moved.ASKED:
            return ""
        parameters = for_reader(delivery.parameters, self._labels)
        transfer = self._transfers.get(delivery.transfer)
        source = transfer.connection.source if transfer else ""
        return explain(source, delivery.code, parameters).what

    def their_change(self, delivery: Delivery) -> str:
        """When their record was last changed, and by whom as far as that is known."""
        if delivery.their_time is None or delivery.direction == OUT:
            return ""
        when = date_format(timezone.localtime(delivery.their_time), "SHORT_DATETIME_FORMAT")
        transfer = self._transfers.get(delivery.transfer)
        own = transfer.connection.authorization.user if transfer else ""
        if own and delivery.their_user == own:
            who = pgettext("who changed a record", "Raccord's own user")
        elif delivery.their_user:
            who = pgettext("who changed a record", "somebody there")
        else:
            return _("Record last changed %(when)s") % {"when": when}
        return _("Record last changed by %(who)s, %(when)s") % {"who": who, "when": when}

    def moves(self, delivery: Delivery) -> list[ShownMove]:
        """The fields, in the project's order."""
        specs = self._specs
        places = {key: place for place, key in enumerate(specs)}
        keys = sorted(delivery.fields, key=lambda key: (places.get(key, len(places)), key))
        return [self._move(delivery, key) for key in keys]

    def why(self, delivery: Delivery, key: str) -> str:
        """By which rule a field was written; "" if the entry does not say."""
        if delivery.what == Moved.MADE:
            facts = {"source": self.source(delivery), "id": delivery.remote_id or "–"}
            return _("The contact was made from the record %(id)s of %(source)s.") % facts
        field = delivery.fields.get(key)
        outcomes = {OUT: Step.TO_THEM, IN: Step.TO_US}
        text = (
            reasons.words(field[2], outcome=outcomes.get(delivery.direction, "")) if field else ""
        )
        return _(text) % {"source": self.source(delivery)} if text else ""

    @cached_property
    def _specs(self) -> Mapping[str, FieldSpec]:
        """Retired fields, too."""
        return {each.key: each.spec() for each in Field.objects.filter(project=self._project)}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return labels_for_reader(self._project)

    def _move(self, delivery: Delivery, key: str) -> ShownMove:
        before, after, row = delivery.fields[key]
        spec = self._specs.get(key)
        label = spec.label if spec is not None else key
        how, why = "changed", self.why(delivery, key)
        if delivery.what in (Moved.ASKED, Moved.HELD):
            shown = (_ours(before, spec), self._theirs(delivery, key, after))
            how = "differs"
        elif delivery.what == Moved.REWRITTEN:
            shown = (self._theirs(delivery, key, before), self._theirs(delivery, key, after))
            how, why = "rewritten", ""  # which says it all
        elif delivery.direction == OUT:
            consent = spec is not None and spec.type is FieldType.CONSENT
            told = _("Yes") if consent and row in _SAID_YES else ""
            shown = (
                self._theirs(delivery, key, before),
                told or self._theirs(delivery, key, after),
            )
        else:
            shown = (_ours(before, spec), _ours(after, spec))
        return ShownMove(key, label, *shown, why=why, how=how)

    def _theirs(self, delivery: Delivery, key: str, stored: Stored) -> str:
        """A value of theirs in our field's words, as far as the fields are still a pair."""
        pair = self._pairs_of(delivery).get(key)
        if pair is not None:
            try:
                return text_of(pair, from_json(pair.remote.type, stored))
            except (ValueError, ArithmeticError, TypeError):
                pass
        return _plain(stored)

    def _pairs_of(self, delivery: Delivery) -> Mapping[str, FieldPair]:
        transfer = self._transfers.get(delivery.transfer)
        if transfer is None:
            return {}
        if transfer.pk not in self._pairs:
            self._pairs[transfer.pk] = {pair.local.key: pair for pair in pairs_of(transfer)}
        return self._pairs[transfer.pk]


def _ours(stored: Stored, spec: FieldSpec | None) -> str:
    value = value_of(stored, spec)
    return in_words(spec, value) if spec is not None else _plain(stored)


def _plain(stored: Stored) -> str:
    """A value whose field is gone, or of another type by now."""
    value: Value = tuple(stored) if isinstance(stored, list) else stored
    return their_words(value)


def _sentences() -> Mapping[Moved, str]:
    return {
        Moved.CREATED: _("Sent to %(source)s, which made the record %(id)s"),
        Moved.UNCHANGED: _("Sent to %(source)s, which held the same already"),
        Moved.DELETED: _("Deleted in %(source)s, because it was deleted here"),
        Moved.REJECTED: _("%(source)s refused what was sent"),
        Moved.UNKNOWN: _("Sent to %(source)s, which did not answer: it is looked at again"),
        Moved.TAKEN: _("Taken over from %(source)s"),
        Moved.MADE: _("Made from the record %(id)s of %(source)s"),
        Moved.LINKED: _("Linked with the record %(id)s of %(source)s"),
        Moved.FOLLOWED: _(
            "The record of %(source)s became part of another: now linked with %(id)s"
        ),
        Moved.GONE: _("The record was deleted in %(source)s"),
        Moved.BACK: _("The record came back in %(source)s and is linked again"),
        Moved.REWRITTEN: _("%(source)s stored something else than was sent"),
        Moved.ARRIVED: _("What %(source)s had not answered did arrive there"),
        Moved.LOST: _("What %(source)s had not answered did not arrive there"),
        Moved.ASKED: _("Here and in %(source)s stand two values: a person has to decide"),
        Moved.PARKED: _("Not sent to %(source)s: it waits for a person"),
        Moved.HELD: _("Not sent to %(source)s for now"),
        Moved.DECIDED: _("%(who)s decided between the values here and in %(source)s"),
        Moved.CHOSEN: _("A person linked the contact with the record %(id)s of %(source)s"),
    }
