"""The plug-in's Apex and Raccord's own webhook over a real connection: one contract, both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.connections import receiving_address
from raccord.connections.models import FieldMapping
from raccord.engine.records import Direction
from raccord.sync.models import InboxItem
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import a_scene
from tests.integration import posting
from tests.integration.connections.scene import SEED
from tests.plugin import apexrun
from tests.plugin.relay import relaying

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("plugin")]


@dataclass
class Webhook:
    """The address of a connection whose contacts come in, and its secret."""

    url: str
    secret: str
    connection: Any


@pytest.fixture
def webhook(settings: Settings, live_server: LiveServer) -> Iterator[Webhook]:
    with Simulator(seed=SEED) as simulator:
        settings.SIMULATOR_URL = simulator.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        scene = a_scene(simulator)
        FieldMapping.objects.update(direction=Direction.BOTH)
        scene.activate()
        sender = posting.a_sender(scene.connection)
        yield Webhook(live_server.url + sender.path, sender.secret, scene.connection)


def test_450_contacts_of_the_org_are_looked_at_once_each(webhook: Webhook) -> None:
    report = apexrun.play(
        "watch", "insert_450", "waiting", endpoint=webhook.url, secret=webhook.secret
    )
    assert {each["status"] for each in report["callouts"]} == {202}
    assert report["debug"] == ["0"]
    assert InboxItem.objects.filter(transfer__connection=webhook.connection).count() == 450
    assert remembered() == 450


def test_every_kind_of_change_is_understood(webhook: Webhook) -> None:
    report = apexrun.play(
        "watch", "many_ways", "waiting", endpoint=webhook.url, secret=webhook.secret
    )
    *names, waiting = report["debug"]
    assert waiting == "0"
    # Three records, told of seven times.
    looked_at = set(InboxItem.objects.values_list("remote_id", flat=True))
    assert looked_at == set(names[0].split())
    assert remembered() == 7


def test_a_wrong_secret_stops_the_plug_in_and_nothing_is_taken(webhook: Webhook) -> None:
    report = apexrun.play("watch", "insert_450", "waiting", endpoint=webhook.url, secret="another")
    assert [each["status"] for each in report["callouts"]] == [401]
    assert report["debug"] == ["450"]
    assert (InboxItem.objects.count(), remembered()) == (0, 0)


def test_a_closed_address_keeps_everything_in_the_org(webhook: Webhook) -> None:
    receiving_address.close(webhook.connection)
    report = apexrun.play(
        "watch", "insert_one", "waiting", endpoint=webhook.url, secret=webhook.secret
    )
    assert [each["status"] for each in report["callouts"]] == [410]
    assert report["debug"] == ["1"]


def test_what_another_interpreter_makes_of_the_sender_is_understood_as_well(
    webhook: Webhook,
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the prototype makes its calls by curl")
    with relaying(webhook.url, webhook.secret) as relay:
        said = apexrun.play_by_the_prototype("from_outbox_on", endpoint=relay.url)
    if said is None:
        pytest.skip("the prototype of an interpreter does not lie beside the checkout")
    assert said.code == 0, said
    assert relay.statuses == [202]
    assert InboxItem.objects.filter(transfer__connection=webhook.connection).count() == 450
    assert remembered() == 450


def remembered() -> int:
    """How many events Raccord has taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sync_receivedevent")
        return int(cursor.fetchone()[0])
