"""A record that nobody could be told to stand for, beside the contacts it could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from raccord.connections.models import DataTransfer
from raccord.connections.sentences import Explanation
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.values import to_json
from raccord.sync.decisions import Kind
from raccord.sync.meet_by_hand import Stranger
from raccord.sync.models import InboxItem, Link, LinkState
from raccord.sync.whose import Person
from raccord.web.connections.their_records import address_of, pairs_of, values_of
from raccord.web.connections.value_choices import address_for
from raccord.web.contacts.naming import headline, identity
from raccord.web.contacts.shown import in_words
from raccord.web.decisions.words import of_code

# Who lost a record can have another one.
_PAIRED = (LinkState.CREATING, LinkState.LINKED, LinkState.ENDING)
REASON_UNKNOWN = "raccord.sync.interrupted"


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A contact that the record could be. values: (label, text, whether the record says the same).

    record: what it is linked to already, "" if to nothing; then it cannot be chosen.
    """

    contact: Contact
    headline: str
    identity: str
    values: tuple[tuple[str, str, bool], ...]
    record: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """name: the person's as the record tells it, "" if it tells none.

    gone: the other side was asked and does not show it. readable: it could be asked at all.
    pair_values: where the value it was not taken for is paired, "" if that is no remedy."""

    template: str
    item: int
    kind: Kind
    name: str
    remote_id: str
    address: str
    transfer: DataTransfer
    reason: Explanation
    values: tuple[tuple[str, str], ...]
    candidates: list[ShownCandidate]
    gone: bool
    readable: bool
    pair_values: str


class Records:
    """Some inbox items of one data transfer, ready to be shown."""

    def __init__(
        self,
        project: Project,
        transfer: DataTransfer,
        items: Sequence[InboxItem],
        strangers: Sequence[Stranger],
    ) -> None:
        self._project = project
        self._transfer = transfer
        self._fields = ProjectFields.of(project)
        self._pairs = pairs_of(transfer)
        self._people = {each.item.pk: each.person for each in strangers}
        self._read = {each.item.pk for each in strangers}
        named = {contact for item in items for contact in self._candidates(item)}
        self._contacts = Contact.objects.filter(project=project).in_bulk(named)
        links = Link.objects.filter(transfer=transfer, contact__in=named)
        self._linked = {
            link.contact: link.remote_id
            for link in links.filter(state__in=_PAIRED)
            if link.remote_id
        }

    def shown(self, item: InboxItem, kind: Kind) -> ShownRecord:
        """One of them."""
        person = self._people.get(item.pk)
        values = values_of(person.view, self._pairs) if person else ()
        contacts = [self._contacts.get(each) for each in self._candidates(item)]
        return ShownRecord(
            template="decisions/record.html",
            item=item.pk,
            kind=kind,
            name=self._name(person),
            remote_id=item.remote_id,
            address=address_of(self._transfer, item.remote_id),
            transfer=self._transfer,
            reason=self._reason(item),
            values=values,
            candidates=[self._candidate(each, dict(values)) for each in contacts if each],
            gone=item.pk in self._read and person is None,
            readable=item.pk in self._read,
            pair_values=address_for(
                self._project,
                [self._transfer.pk],
                reason=item.reason,
                parameters=item.parameters,
            ),
        )

    def _candidates(self, item: InboxItem) -> tuple[int, ...]:
        """Those of now, where the record could be read; else those it was parked for."""
        person = self._people.get(item.pk)
        if person is None:
            return tuple(item.candidates)
        return person.contacts or ((person.deleted,) if person.deleted else ())

    def _name(self, person: Person | None) -> str:
        """As the contact would be called that the record could be made into."""
        if person is None:
            return ""
        values = {key: to_json(value) for key, value in person.values.items()}
        return headline(self._fields, Contact(key="", values=values))

    def _candidate(self, contact: Contact, theirs: dict[str, str]) -> ShownCandidate:
        record = self._linked.get(contact.pk, "")
        return ShownCandidate(
            contact=contact,
            headline=headline(self._fields, contact),
            identity=identity(self._fields, contact),
            values=self._values(contact, theirs),
            record=record,
            address=address_of(self._transfer, record),
        )

    def _values(
        self, contact: Contact, theirs: dict[str, str]
    ) -> tuple[tuple[str, str, bool], ...]:
        typed = self._fields.typed(contact.values)
        found = []
        for spec in (pair.local for pair in self._pairs):
            label = spec.label or spec.key
            if typed.get(spec.key) is not None:
                text = in_words(spec, typed[spec.key])
                found.append((label, text, theirs.get(label) == text))
        return tuple(found)

    def _reason(self, item: InboxItem) -> Explanation:
        """In words; the field that it blames is called as it is called here."""
        parameters = dict(item.parameters)
        spec = self._fields.specs.get(str(parameters.get("field", "")))
        if spec is not None:
            parameters["field"] = spec.label or spec.key
        code = item.reason or REASON_UNKNOWN
        return of_code(code, parameters, source=self._transfer.connection.source)
