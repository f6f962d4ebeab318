"""Lists by how contacts stand with other systems."""

from __future__ import annotations

from raccord.connections.models import DataTransfer
from raccord.contacts.lists.matching import matching
from raccord.contacts.lists.query import SYNC, Condition, ListQuery, Operator
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.sync.list_conditions import STANDINGS
from raccord.sync.models import Link, LinkState
from tests.integration.sync.scene import Scene, a_scene


def who(scene: Scene, *values: str, operator: Operator = Operator.IS) -> set[str]:
    query = ListQuery(conditions=(Condition(SYNC, operator, values),))
    found = matching(scene.project, query, elsewhere=STANDINGS)
    return {contact.key.partition("@")[0] for contact in found}


def test_contacts_are_listed_by_what_the_flow_made_of_them(scene: Scene) -> None:
    contacts = {name: scene.contact(email=f"{name}@example.org") for name in ("a", "b", "c", "d")}
    scene.activate()
    scene.deliver_described(deliver=True)
    assert who(scene, "agreed") == {"a", "b", "c", "d"}
    assert who(scene, "not_linked") == set()
    for name in ("a", "b", "c"):
        scene.edit(contacts[name], city="Lyon", first_name="New")
    assert who(scene, "waiting") == {"a", "b", "c"}
    for name, state in (("b", OutboxState.PARKED), ("c", OutboxState.HELD)):
        OutboxItem.objects.filter(contact=contacts[name].pk).update(state=state)
    scene.contact(email="e@example.org")
    assert who(scene, "agreed") == {"d"}
    assert who(scene, "waiting") == {"a", "e"}
    assert who(scene, "refused") == {"b"}
    assert who(scene, "held") == {"c"}
    assert who(scene, "refused", "held") == {"b", "c"}
    assert who(scene, "not_linked") == {"e"}
    assert who(scene, "not_linked", operator=Operator.IS_NOT) == {"a", "b", "c", "d"}
    Link.objects.filter(contact=contacts["d"].pk).update(state=LinkState.GONE)
    assert who(scene, "not_linked") == {"d", "e"}


def test_one_data_transfer_is_asked_for_by_its_number(scene: Scene) -> None:
    contact = scene.contact(email="a@example.org")
    scene.activate()
    scene.deliver_described(deliver=True)
    second = DataTransfer.objects.create(connection=scene.connection, object="lead", active=True)
    assert who(scene, f"agreed:{scene.transfer.pk}") == {"a"}
    assert who(scene, f"not_linked:{second.pk}") == {"a"}
    Link.objects.create(transfer=second, contact=contact.pk, remote_id="x", state=LinkState.LINKED)
    assert who(scene, f"agreed:{second.pk}") == {"a"}


def test_a_data_transfer_of_another_project_or_of_none_holds_nobody(scene: Scene) -> None:
    scene.contact(email="a@example.org")
    foreign = a_scene().transfer.pk
    for number in (foreign, 0, 10**17):
        for state in ("agreed", "waiting", "not_linked"):
            assert who(scene, f"{state}:{number}") == set()
