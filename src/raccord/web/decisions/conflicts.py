"""A contact with fields that both sides changed, in words and with controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from raccord.connections.models import DataTransfer
from raccord.connections.sentences import Explanation
from raccord.contacts import history
from raccord.contacts.models import ChangeLogEntry, Contact, OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.consent import reading
from raccord.engine.records import FieldSpec
from raccord.sync.answers import LONGEST_GROUNDS
from raccord.sync.questions import Choice, Question
from raccord.web.connections.their_records import address_of, their_words
from raccord.web.contacts.actors import Actors
from raccord.web.contacts.forms import ContactForm, raw
from raccord.web.contacts.naming import headline
from raccord.web.contacts.shown import in_words
from raccord.web.decisions.words import of_problem

VALUE = "value"


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a value and when, as far as that is known."""

    who: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One field. seen: goes back with the answer. control: for a value of the person's own.

    unfit: why their value cannot be taken. may_become_a_rule: whether “always” is on offer.
    choice, always, grounds, problem: of an answer that was not taken.
    """

    key: str
    label: str
    seen: str
    is_consent: bool
    ours: str
    ours_changed: Change
    theirs: str
    theirs_changed: Change
    choices: tuple[Choice, ...]
    unfit: str
    control: BoundField
    may_become_a_rule: bool
    choice: str = ""
    always: bool = False
    grounds: str = ""
    problem: Explanation | None = None


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """One contact. questions: none where nothing can be, or need be, chosen: `note` says why."""

    template: str
    item: int
    contact: Contact | None
    headline: str
    transfer: DataTransfer
    address: str
    questions: list[ShownQuestion]
    note: str
    most_grounds: int = LONGEST_GROUNDS


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken: what was posted, and why not, by (item, field)."""

    posted: QueryDict = field(default_factory=QueryDict)
    item: int = 0
    problems: Mapping[str, Explanation] = field(default_factory=dict)


class Conflicts:
    """Some parked items with the questions read for them, ready to be shown."""

    def __init__(
        self, project: Project, questions: Sequence[Question], *, refused: Refused
    ) -> None:
        self._fields = ProjectFields.of(project)
        self._refused = refused
        self._questions: dict[int, list[Question]] = {}
        for question in questions:
            self._questions.setdefault(question.item, []).append(question)
        contacts = sorted({question.contact for question in questions})
        keys = sorted({question.key for question in questions})
        self._last = history.last_of_fields(contacts, keys) if contacts else {}
        self._actors = Actors(project, self._last.values())

    def shown(
        self, item: OutboxItem, transfer: DataTransfer, contact: Contact | None, *, readable: bool
    ) -> ShownConflict:
        """One of them. readable: whether the other side could be asked at all."""
        questions = self._questions.get(item.pk, [])
        remote_id = questions[0].record.id if questions else ""
        return ShownConflict(
            template="decisions/conflict.html",
            item=item.pk,
            contact=contact,
            headline=headline(self._fields, contact) if contact else _("Deleted contact"),
            transfer=transfer,
            address=address_of(transfer, remote_id),
            questions=[self._shown(each, transfer) for each in questions if each.choices],
            note=_note(questions, readable=readable),
        )

    def _shown(self, question: Question, transfer: DataTransfer) -> ShownQuestion:
        spec = question.pair.local
        refused = self._refused if self._refused.item == question.item else Refused()
        posted, key = refused.posted, question.key
        problem = refused.problems.get(key)
        # What moved meanwhile is chosen anew; what was mistyped is corrected.
        kept = posted if posted.get(f"seen-{key}") == question.seen else QueryDict()
        return ShownQuestion(
            key=key,
            label=spec.label or key,
            seen=question.seen,
            is_consent=question.is_consent,
            ours=in_words(spec, question.ours),
            ours_changed=self._ours_changed(self._last.get((question.contact, key))),
            theirs=_theirs(question),
            theirs_changed=_theirs_changed(question, transfer),
            choices=question.choices,
            unfit=of_problem(question.unfit).what if question.unfit else "",
            control=_control(question, spec, kept),
            may_become_a_rule=question.may_become_a_rule,
            choice=kept.get(f"choice-{key}", ""),
            always=f"always-{key}" in kept,
            grounds=kept.get(f"grounds-{key}", "")[: LONGEST_GROUNDS * 2],
            problem=problem,
        )

    def _ours_changed(self, entry: ChangeLogEntry | None) -> Change:
        if entry is None:
            return Change("", None)
        return Change(self._actors.who(entry), entry.at)


def value_form(
    spec: FieldSpec, *, shown: Question | None = None, posted: QueryDict | None = None
) -> ContactForm:
    """The control for a value of the person's own; filled with ours, or with what was posted."""
    initial = {spec.key: raw(shown.ours)} if shown is not None else {}
    form = ContactForm([spec], initial, posted, autofocus=False)
    form.prefix = VALUE
    return form


def _control(question: Question, spec: FieldSpec, kept: QueryDict) -> BoundField:
    form = value_form(spec, shown=question, posted=kept or None)
    form.auto_id = f"id_{question.item}_%s"
    widget = form.fields[spec.key].widget
    widget.attrs["aria-label"] = _("Another value for “%(field)s”") % {"field": spec.label}
    return form[spec.key]


def _theirs(question: Question) -> str:
    if question.is_consent:
        said = reading(question.pair, question.theirs)
        return in_words(question.pair.local, said)
    if question.unfit is not None:
        return their_words(question.theirs)
    return in_words(question.pair.local, question.taken)


def _theirs_changed(question: Question, transfer: DataTransfer) -> Change:
    """Of the record as a whole: more is not known of single fields over there."""
    record, own = question.record, transfer.connection.authorization.user
    if own and record.modified_by == own:
        return Change(pgettext("who changed a record", "Raccord's own user"), record.modified_at)
    return Change(
        pgettext("who changed a record", "somebody there") if record.modified_by else "",
        record.modified_at,
    )


def _note(questions: Sequence[Question], *, readable: bool) -> str:
    if not readable:
        return _("Nothing can be chosen until the other side can be read again.")
    if not questions:
        return _("One of the two sides shows nothing to compare any more.")
    if not any(question.choices for question in questions):
        return _("Both sides hold the same by now.")
    return ""
