"""Scenes in which something waits for a person, and ways to answer."""

from __future__ import annotations

from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Direction, FirstLinkRule, OnlyThere, Rule
from raccord.sync import answers, inbound, poll, questions
from raccord.sync.answers import Answer, Decided
from raccord.sync.asking import Asked, ask
from raccord.sync.models import InboxItem, Reading
from raccord.sync.questions import Choice, Question
from tests import cast
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene


def two_way(*, rule: Rule = Rule.ASK, only_there: OnlyThere = OnlyThere.CREATE) -> Scene:
    """Everything flows both ways and whatever both change is asked about."""
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.update(rule=rule)
    scene.transfer.only_there = only_there
    scene.transfer.first_link_rule = FirstLinkRule.THEIRS
    scene.transfer.save()
    return scene


def receive(scene: Scene) -> None:
    """One reading and all that follows from it."""
    Reading.objects.update(due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    take_in(scene)


def take_in(scene: Scene) -> None:
    """Work on what was hinted at, and deliver what follows from it."""
    InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.make_due()
    scene.deliver()


def linked(scene: Scene, who: str = "plain", **values: object) -> Contact:
    """A contact whose counterpart agrees with it."""
    contact = scene.contact(who, **values)
    scene.activate()
    scene.deliver()
    receive(scene)
    return contact


def both_change(scene: Scene, contact: Contact, ours: object = "Ours", **there: object) -> None:
    """Both sides change the company, and the flow has noticed."""
    scene.edit(contact, company=ours)
    values = {"company": "Theirs", **there}
    scene.org.edit(remote_id(scene, contact), values)  # type: ignore[arg-type]
    receive(scene)


def remote_id(scene: Scene, contact: Contact) -> str:
    return scene.link(contact).remote_id or ""


def company(contact: Contact) -> object:
    return Contact.objects.get(pk=contact.pk).values.get("company")


def company_there(scene: Scene, contact: Contact) -> object:
    return scene.org.people[remote_id(scene, contact)].values.get("company")


def items(scene: Scene) -> list[OutboxItem]:
    return list(questions.waiting([scene.transfer.pk]).order_by("pk"))


def read(scene: Scene) -> Asked:
    return ask(scene.transfer, questions.counterparts(scene.transfer, items(scene)))


def asked(scene: Scene) -> list[Question]:
    """What a person is shown."""
    return questions.questions(scene.transfer, items(scene), read(scene))


def answer(
    question: Question, choice: Choice, value: object = None, *, grounds: str = ""
) -> Answer:
    return Answer(question.item, question.key, question.seen, choice, value, grounds)


def decide(scene: Scene, *given: Answer) -> list[str]:
    """Carry them out; the codes of what kept them from it."""
    decided: list[Decided] = answers.decide(
        scene.transfer, items(scene), given, asked=read(scene), origin=cast.BY_MARKETER
    )
    return [each.problem.code for each in decided if each.problem]
