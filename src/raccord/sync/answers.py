"""A person's answers to `questions.py`, carried out.

An answer

1. stands for the two values that the person saw. Their record was read again for it; what is ours
   is locked; if either value is another one by now, or the link moved meanwhile, nothing is written
   and both are shown anew;
2. writes on our side what was chosen against our value, as the person's own edit; a field that
   only flows here is nobody's to edit, and left to step 4;
3. notes in the base that their value is known (`engine.decided`);
4. asks for a look: the one mover of the link writes to them, if anything is to be written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from raccord.connections.models import DataTransfer
from raccord.contacts import barrier, changes, contact_rows, wakeups
from raccord.contacts.changes import ContactChange
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.consent import YES
from raccord.engine.decided import only_ours_changed
from raccord.engine.errors import BadInput
from raccord.engine.records import BaseEntry, ConsentEvidence, Direction, Origin, Value, Values
from raccord.engine.values import equal, to_json
from raccord.sync import delivery_log, due, rows
from raccord.sync.asking import Asked
from raccord.sync.decide import CONFLICT
from raccord.sync.delivery_rows import Row
from raccord.sync.models import Link, LinkState, Moved
from raccord.sync.questions import Choice, Question, fields_in_question, questions
from raccord.sync.stored_forms import dump_base

log = structlog.get_logger(__name__)

MOVED = "raccord.conflict.moved"
CLOSED = "raccord.conflict.closed"
NOT_READABLE = "raccord.conflict.not_readable"
NOT_ON_OFFER = "raccord.conflict.not_on_offer"
GROUNDS_MISSING = "raccord.conflict.grounds_missing"
GROUNDS_LONG = "raccord.conflict.grounds_long"
LONGEST_GROUNDS = 500

Read = Mapping[tuple[int, str], Question]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person chose for a question. seen: the question's own. value: for OTHER, as given.

    grounds: on what grounds a consent becomes a yes.
    """

    item: int
    key: str
    seen: str
    choice: Choice
    value: object = None
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of an answer; problem: why nothing was written."""

    answer: Answer
    problem: BadInput | None = None


def decide(
    transfer: DataTransfer,
    items: Sequence[OutboxItem],
    answers: Sequence[Answer],
    *,
    asked: Asked,
    origin: Origin,
) -> list[Decided]:
    """Carry answers out, contact by contact: all answers about one contact, or none of them.

    asked: what was read for this decision. items: those the answers are about.
    """
    known = {item.pk: item for item in items}
    read = {(each.item, each.key): each for each in questions(transfer, items, asked)}
    decided: list[Decided] = []
    for number in sorted({answer.item for answer in answers}):
        about = [answer for answer in answers if answer.item == number]
        item = known.get(number)
        problem = BadInput(CLOSED) if item is None else None
        if item is not None:
            problem = _decide_item(transfer, item, about, read=read, origin=origin)
        decided += [Decided(answer, problem) for answer in about]
    log.info(
        "conflict.decided",
        transfer=transfer.pk,
        answers=len(decided),
        refused=sum(each.problem is not None for each in decided),
    )
    return decided


def _decide_item(
    transfer: DataTransfer,
    item: OutboxItem,
    answers: Sequence[Answer],
    *,
    read: Read,
    origin: Origin,
) -> BadInput | None:
    """Why nothing was decided, or None if all of it was."""
    try:
        with barrier.shared(transfer.connection.project_id):
            _decide_locked(transfer, item, answers, read=read, origin=origin)
    except BadInput as problem:
        return problem
    return None


def _decide_locked(
    transfer: DataTransfer,
    item: OutboxItem,
    answers: Sequence[Answer],
    *,
    read: Read,
    origin: Origin,
) -> None:
    """The locks in the order of the flow: contact, link, outbox item."""
    project = transfer.connection.project
    stored = contact_rows.locked_by_id(project.pk, [item.contact]).get(item.contact)
    link = Link.objects.select_for_update().filter(transfer=transfer, contact=item.contact).first()
    locked = OutboxItem.objects.select_for_update(of=("self",))
    still = locked.filter(pk=item.pk, state=OutboxState.PARKED, reason=CONFLICT).first()
    if still is None or not {each.key for each in answers} <= set(fields_in_question(still)):
        raise BadInput(CLOSED)
    if stored is None or stored.deleted or link is None:
        raise BadInput(NOT_READABLE)
    fields = ProjectFields.of(project)
    local = fields.typed(stored.values)
    about = [(each, _still_asked(each, link=link, local=local, read=read)) for each in answers]
    chosen = {
        question.key: value
        for answer, question in about
        for value in _chosen(answer, question, fields)
    }
    _write_ours(transfer, item.contact, about, chosen=chosen, origin=origin)
    _note_theirs(link, about, chosen=chosen)
    delivery_log.write(transfer.pk, [_entry(item.contact, about, chosen, origin)])
    due.look_at(item.subscription_id, [item.contact])
    wakeups.outbound_after_commit([transfer.pk])


def _still_asked(answer: Answer, *, link: Link, local: Values, read: Read) -> Question:
    """The question that the person saw; raises BadInput if it is another one by now."""
    question = read.get((answer.item, answer.key))
    if question is None:
        raise BadInput(NOT_READABLE, at=answer.key)
    busy = link.in_flight is not None or link.state != LinkState.LINKED
    ours = local.get(answer.key)
    same = equal(question.pair.local.type, ours, question.ours)
    if busy or link.moved != question.moved or not same or question.seen != answer.seen:
        raise BadInput(MOVED, at=answer.key)
    if answer.choice not in question.choices:
        raise BadInput(NOT_ON_OFFER, at=answer.key)
    return question


def _chosen(answer: Answer, question: Question, fields: ProjectFields) -> list[Value]:
    """The value to write on our side, if any."""
    if answer.choice is Choice.OURS:
        return []
    if answer.choice is Choice.THEIRS:
        return [] if _only_comes(question) else [question.taken]
    if question.is_consent:
        _require_grounds(answer)
        return [YES]
    parsed, problems = fields.parse({answer.key: answer.value})
    if problems:
        raise problems[0]
    return [parsed[answer.key]]


def _only_comes(question: Question) -> bool:
    return question.pair.direction is Direction.INBOUND and not question.is_consent


def _require_grounds(answer: Answer) -> None:
    if not answer.grounds.strip():
        raise BadInput(GROUNDS_MISSING, at=answer.key)
    if len(answer.grounds) > LONGEST_GROUNDS:
        raise BadInput(GROUNDS_LONG, {"most": str(LONGEST_GROUNDS)}, at=answer.key)


def _write_ours(
    transfer: DataTransfer,
    contact: int,
    about: Sequence[tuple[Answer, Question]],
    *,
    chosen: Values,
    origin: Origin,
) -> None:
    """As the person's own edit, with proof where a consent becomes a yes."""
    if not chosen:
        return
    proofs = {
        question.key: ConsentEvidence(
            source=f"decision:{answer.grounds.strip()}", by_person=True, saw_refusal=True
        )
        for answer, question in about
        if question.is_consent and question.key in chosen
    }
    seen = {question.key: question.ours for _, question in about if question.key in chosen}
    change = ContactChange(chosen, contact, rendered=seen, evidence=proofs)
    (result,) = changes.apply_by_id(transfer.connection.project, [change], origin=origin)
    if result.clashes:
        raise BadInput(MOVED)
    if result.problems:
        raise result.problems[0]


def _note_theirs(link: Link, about: Sequence[tuple[Answer, Question]], *, chosen: Values) -> None:
    """Where ours stays or is a new value, their value is known and ours came after it; where theirs
    is left to the mover to take, the other way round."""
    entries = {
        question.key: _only_theirs_changed(question)
        for answer, question in about
        if answer.choice is Choice.THEIRS and _only_comes(question)
    }
    entries |= {
        question.key: only_ours_changed(
            question.pair,
            before=question.ours,
            ours=chosen.get(question.key, question.ours),
            theirs=question.theirs,
            base=question.base,
        )
        for answer, question in about
        if answer.choice is not Choice.THEIRS
    }
    if entries:
        link.base = {**link.base, **dump_base(entries)}
        link.moved = rows.next_move()
        link.save(update_fields=["base", "moved"])


def _only_theirs_changed(question: Question) -> BaseEntry:
    """The entry under which ours is known, and theirs (two values met) came after it."""
    theirs = question.theirs
    then = not theirs if isinstance(theirs, bool) else None  # a box has no third state
    return BaseEntry(question.ours, then, question.pair.fingerprint)


def _entry(
    contact: int, about: Sequence[tuple[Answer, Question]], chosen: Values, origin: Origin
) -> Row:
    """Who decided what, for people: (ours, what holds on both sides from now on)."""
    fields = {
        question.key: (
            to_json(question.ours),
            to_json(
                question.taken
                if answer.choice is Choice.THEIRS
                else chosen.get(question.key, question.ours)
            ),
            f"decided_{answer.choice}",
        )
        for answer, question in about
    }
    view = about[0][1].record
    return Row(contact, Moved.DECIDED, fields=fields, view=view, actor=origin.actor)
