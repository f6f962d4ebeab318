"""What change events say: which record changed, how, by whom, and in what order."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, token_of
from tests.simulator.subscriber import CONTACTS, Interface, PubSub, Stream

EARLIEST = 1
OBJECTS = {
    "custom_objects": [{"name": "Visit__c", "fields": [{"name": "Room__c"}]}],
    "change_events": ["Account", "Contact", "Lead", "Visit__c"],
    "event_channels": {"Sales__chn": ["Lead", "Campaign"]},
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed={**SEED, **OBJECTS}, pubsub_port=0) as running:
        yield running


@pytest.fixture
def contacts(pubsub: PubSub) -> Iterator[Stream]:
    """A stream of what happens to contacts from now on."""
    stream = pubsub.subscribe()
    yield stream
    stream.cancel()


def given(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is null, in nested records too."""
    return {
        name: given(value) if isinstance(value, dict) else value
        for name, value in record.items()
        if value is not None
    }


def test_a_creation_tells_the_whole_record(
    simulator: Simulator, api: httpx.Client, contacts: Stream
) -> None:
    contact_id = create(
        api,
        "Contact",
        FirstName="Zoë",
        LastName="Durand",
        Email="Zoe@Example.com",
        MailingCity="Orléans",
        MailingLatitude=47.9,
        Birthdate="1980-02-29",
        Score__c=4.5,
        Seen__c="2026-11-22T10:55:53Z",
    )

    event = contacts.next()
    integration = simulator.org.users.find("integration@simulated.example")
    assert integration is not None
    stamp = event.body["CreatedDate"]
    assert event.header["entityName"] == "Contact"
    assert (event.type, event.record_ids) == ("CREATE", [contact_id])
    assert event.header["commitUser"] == integration["Id"]
    assert event.header["sequenceNumber"] == 1
    assert (event.changed, event.nulled) == (set(), set())
    assert 0 <= event.header["commitTimestamp"] - stamp < 2000
    assert given(event.body) == {
        "Name": {"FirstName": "Zoë", "LastName": "Durand"},
        "Email": "zoe@example.com",
        "MailingAddress": {"City": "Orléans", "Latitude": 47.9},
        "Birthdate": 320630400000,
        "Score__c": 4.5,
        "Seen__c": 1795344953000,
        "OwnerId": integration["Id"],
        "HasOptedOutOfEmail": False,
        "HasOptedOutOfFax": False,
        "DoNotCall": False,
        "CreatedDate": stamp,
        "CreatedById": integration["Id"],
        "LastModifiedDate": stamp,
        "LastModifiedById": integration["Id"],
    }


def test_an_update_tells_only_what_changed_and_marks_what_became_null(
    api: httpx.Client, contacts: Stream
) -> None:
    contact_id = create(api, "Contact", LastName="Durand", Phone="1", Title="CTO", Email="a@b.fr")
    api.patch(f"sobjects/Contact/{contact_id}", json={"Phone": None, "Title": "CEO"})

    _, event = contacts.take(2)
    assert event.type == "UPDATE"
    assert event.changed == {"Phone", "Title", "LastModifiedDate"}
    assert event.nulled == {"Phone"}
    assert given(event.body).keys() == {"Title", "LastModifiedDate"}
    assert event.body["Title"] == "CEO"


def test_parts_of_a_name_and_of_an_address_are_told_apart(
    api: httpx.Client, contacts: Stream
) -> None:
    contact_id = create(
        api, "Contact", FirstName="Al", LastName="Du", MailingCity="Lyon", MailingState="ARA"
    )
    url = f"sobjects/Contact/{contact_id}"
    api.patch(url, json={"FirstName": "Ali", "MailingCity": "Nice", "MailingState": None})
    api.patch(url, json={"FirstName": None, "OtherCity": "Brest"})
    api.patch(url, json={"MailingCity": None})

    _, parts, name, address = contacts.take(4)
    assert given(parts.body) == {
        "Name": {"FirstName": "Ali"},
        "MailingAddress": {"City": "Nice"},
        "LastModifiedDate": parts.body["LastModifiedDate"],
    }
    assert parts.changed == {
        "Name.FirstName",
        "MailingAddress.City",
        "MailingAddress.State",
        "LastModifiedDate",
    }
    assert parts.nulled == {"MailingAddress.State"}
    assert name.nulled == {"Name.FirstName"}
    assert "OtherAddress.City" in name.changed
    # Nothing is left of the address: it is named as a whole.
    assert address.changed == {"MailingAddress", "LastModifiedDate"}
    assert address.nulled == {"MailingAddress"}
    assert address.body["MailingAddress"] is None


def test_a_deletion_says_whose_and_a_restoration_tells_the_whole_record(
    simulator: Simulator, api: httpx.Client, contacts: Stream
) -> None:
    contact_id = create(api, "Contact", LastName="Durand", Title="CTO")
    api.delete(f"sobjects/Contact/{contact_id}")
    simulator.representative().undelete("Contact", contact_id)

    _, deleted, restored = contacts.take(3)
    assert (deleted.type, deleted.record_ids) == ("DELETE", [contact_id])
    assert given(deleted.body) == {}
    assert (deleted.changed, deleted.nulled) == (set(), set())
    assert (restored.type, restored.record_ids) == ("UNDELETE", [contact_id])
    assert restored.body["Title"] == "CTO"
    assert restored.body["Name"]["LastName"] == "Durand"


def test_an_update_that_changes_nothing_is_not_told(api: httpx.Client, contacts: Stream) -> None:
    contact_id = create(api, "Contact", LastName="Durand")
    api.patch(f"sobjects/Contact/{contact_id}", json={"LastName": "Durand"})
    create(api, "Contact", LastName="Next")

    assert [event.type for event in contacts.take(2)] == ["CREATE", "CREATE"]


def test_what_was_refused_or_rolled_back_is_not_told(api: httpx.Client, contacts: Stream) -> None:
    rows = [{"attributes": {"type": "Contact"}, "LastName": name} for name in ("One", "Two")]
    bad = {"attributes": {"type": "Contact"}, "FirstName": "Nameless"}
    api.post("composite/sobjects", json={"allOrNone": True, "records": [*rows, bad]})
    api.post("composite/sobjects", json={"allOrNone": False, "records": [bad, rows[1]]})

    assert contacts.next().body["Name"]["LastName"] == "Two"


def test_a_merge_deletes_the_loser_and_updates_the_winner_in_one_transaction(
    simulator: Simulator, api: httpx.Client, contacts: Stream
) -> None:
    winner, loser = create(api, "Contact", LastName="Win"), create(api, "Contact", LastName="Lose")
    simulator.representative().merge("Contact", winner, loser, values={"Phone": "7"})

    _, _, deleted, updated = contacts.take(4)
    assert (deleted.type, deleted.record_ids) == ("DELETE", [loser])
    assert (updated.type, updated.record_ids) == ("UPDATE", [winner])
    assert updated.body["Phone"] == "7"
    assert deleted.header["transactionKey"] == updated.header["transactionKey"]
    assert deleted.header["commitNumber"] == updated.header["commitNumber"]
    assert [each.header["sequenceNumber"] for each in (deleted, updated)] == [1, 2]


def test_a_conversion_is_told_in_the_order_of_its_steps(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    everything = pubsub.subscribe("/data/ChangeEvents")
    lead_id = create(api, "Lead", LastName="Durand", Company="Acme")
    made = simulator.representative().convert_lead(lead_id)

    told = everything.take(4)
    assert [(each.header["entityName"], each.type) for each in told] == [
        ("Lead", "CREATE"),
        ("Account", "CREATE"),
        ("Contact", "CREATE"),
        ("Lead", "UPDATE"),
    ]
    converted = told[-1]
    assert [each.header["sequenceNumber"] for each in told] == [1, 1, 2, 3]
    assert told[1].body["Name"] == "Acme"
    assert converted.body["IsConverted"] is True
    assert converted.body["ConvertedContactId"] == made.contact_id
    # By the documentation it is the one update that does not name its stamp.
    assert "LastModifiedDate" not in converted.changed
    assert {"Status", "IsConverted", "ConvertedDate", "ConvertedContactId"} <= converted.changed


def test_the_same_change_of_several_records_is_one_event(
    simulator: Simulator, api: httpx.Client, contacts: Stream
) -> None:
    rows = [{"attributes": {"type": "Contact"}, "LastName": name} for name in "ABC"]
    made = [each["id"] for each in api.post("composite/sobjects", json={"records": rows}).json()]
    changes = [
        {"attributes": {"type": "Contact"}, "id": each, "Title": title}
        for each, title in zip(made, ("CTO", "CTO", "CEO"), strict=True)
    ]
    api.patch("composite/sobjects", json={"records": changes})
    api.delete("composite/sobjects", params={"ids": ",".join(made)})

    told = contacts.take(6)
    assert [(each.type, each.record_ids) for each in told] == [
        *(("CREATE", [each]) for each in made),
        ("UPDATE", made[:2]),
        ("UPDATE", made[2:]),
        ("DELETE", made),
    ]
    simulator.events.change_settings({"merge": False})
    more = [each["id"] for each in api.post("composite/sobjects", json={"records": rows}).json()]
    api.delete("composite/sobjects", params={"ids": ",".join(more)})
    assert [each.record_ids for each in contacts.take(6)[3:]] == [[each] for each in more]


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({}, "com/salesforce/api/rest/62.0"),
        (
            {"Sforce-Call-Options": "client=raccord/1.0"},
            "com/salesforce/api/rest/62.0;client=raccord/1.0",
        ),
    ],
)
def test_the_origin_names_the_client_that_named_itself(
    api: httpx.Client, contacts: Stream, headers: dict[str, str], origin: str
) -> None:
    api.post("sobjects/Contact", json={"LastName": "Durand"}, headers=headers)

    assert contacts.next().header["changeOrigin"] == origin


def test_a_change_by_a_person_has_the_origin_of_the_pages(
    simulator: Simulator, contacts: Stream
) -> None:
    simulator.representative().create("Contact", {"LastName": "Durand"})

    assert contacts.next().header["changeOrigin"].endswith(";client=SfdcInternalAPI/")


def test_a_bulk_job_is_told_row_by_row_with_the_origin_of_its_client(
    simulator: Simulator, pubsub: PubSub
) -> None:
    stream = pubsub.subscribe()
    with client(simulator) as api:
        job = api.post(
            "jobs/ingest",
            json={"object": "Contact", "operation": "insert"},
            headers={"Sforce-Call-Options": "client=loader"},
        ).json()["id"]
        rows = "\n".join(f"Name {number}" for number in range(5_000))
        api.put(
            f"jobs/ingest/{job}/batches",
            content=f"LastName\n{rows}\n",
            headers={"Content-Type": "text/csv"},
        )
        api.patch(f"jobs/ingest/{job}", json={"state": "UploadComplete"})

    told = stream.take(5_000)
    assert {each.header["changeOrigin"] for each in told} == {
        "com/salesforce/api/bulkapi/62.0;client=loader"
    }
    # In the order of the file, each exactly once.
    assert [each.body["Name"]["LastName"] for each in told] == [f"Name {n}" for n in range(5_000)]
    assert len({each.replay_id for each in told}) == 5_000
    assert [each.replay_id for each in told] == sorted(each.replay_id for each in told)
    assert len({each.id for each in told}) == 5_000


def test_older_apis_have_their_own_origins(
    simulator: Simulator, api: httpx.Client, contacts: Stream
) -> None:
    token = api.headers["Authorization"].removeprefix("Bearer ")
    asynchronous = f"{simulator.url}/services/async/62.0/job"
    headers = {"X-SFDC-Session": token, "Sforce-Call-Options": "client=loader"}
    wish = {"object": "Contact", "operation": "insert", "contentType": "JSON"}
    job = api.post(asynchronous, json=wish, headers=headers).json()["id"]
    api.post(f"{asynchronous}/{job}/batch", json=[{"LastName": "Durand"}], headers=headers)
    assert contacts.next().header["changeOrigin"] == "com/salesforce/api/bulkapi/62.0;client=loader"

    api.post(
        f"{simulator.url}/services/Soap/u/62.0",
        content=f"<Envelope><Header><sessionId>{token}</sessionId><client>toolkit</client></Header>"
        "<Body><create><sObjects><type>Contact</type><LastName>Silva</LastName></sObjects></create>"
        "</Body></Envelope>",
    ).raise_for_status()
    assert contacts.next().header["changeOrigin"] == "com/salesforce/api/soap/62.0;client=toolkit"


def test_replay_ids_are_eight_bytes_and_not_contiguous(api: httpx.Client, contacts: Stream) -> None:
    for name in "ABCDEF":
        create(api, "Contact", LastName=name)

    numbers = [int.from_bytes(event.replay_id, "big") for event in contacts.take(6)]
    steps = {second - first for first, second in pairwise(numbers)}
    assert len(steps) > 1
    assert min(steps) > 0


def test_each_topic_has_its_own_objects(api: httpx.Client, pubsub: PubSub) -> None:
    topics = {
        name: pubsub.subscribe(name)
        for name in (CONTACTS, "/data/ChangeEvents", "/data/Visit__ChangeEvent", "/data/Sales__chn")
    }
    for name, values in (
        ("Contact", {"LastName": "C"}),
        ("Lead", {"LastName": "L", "Company": "Co"}),
        ("Visit__c", {"Room__c": "12"}),
        # Selected for a custom channel only.
        ("Campaign", {"Name": "Spring"}),
    ):
        create(api, name, **values)

    def entities(topic: str, count: int) -> list[str]:
        return [each.header["entityName"] for each in topics[topic].take(count)]

    assert entities(CONTACTS, 1) == ["Contact"]
    assert entities("/data/ChangeEvents", 3) == ["Contact", "Lead", "Visit__c"]
    assert entities("/data/Visit__ChangeEvent", 1) == ["Visit__c"]
    assert entities("/data/Sales__chn", 2) == ["Lead", "Campaign"]


def test_a_new_field_changes_the_schema_and_old_events_keep_theirs(
    simulator: Simulator, api: httpx.Client, pubsub: PubSub
) -> None:
    old_id = pubsub.topic(CONTACTS).schema_id
    create(api, "Contact", LastName="Before")
    simulator.org.add_custom_field("Contact", {"name": "Added__c"})
    create(api, "Contact", LastName="After", Added__c="here")
    new_id = pubsub.topic(CONTACTS).schema_id

    before, after = pubsub.subscribe(replay_preset=EARLIEST).take(2)
    assert (before.schema_id, after.schema_id) == (old_id, new_id)
    assert old_id != new_id
    assert "Added__c" not in before.body
    assert after.body["Added__c"] == "here"


def test_the_schema_is_of_the_documented_form(pubsub: PubSub) -> None:
    topic = pubsub.topic(CONTACTS)
    schema = pubsub.schema(topic.schema_id)
    fields = {field["name"]: field for field in schema["fields"]}

    assert (schema["name"], schema["namespace"]) == ("ContactChangeEvent", "com.sforce.eventbus")
    assert schema["fields"][0]["name"] == "ChangeEventHeader"
    assert [field["name"] for field in schema["fields"][0]["type"]["fields"]] == [
        "entityName",
        "recordIds",
        "changeType",
        "changeOrigin",
        "transactionKey",
        "sequenceNumber",
        "commitTimestamp",
        "commitNumber",
        "commitUser",
        "nulledFields",
        "diffFields",
        "changedFields",
    ]
    assert all(field["type"][0] == "null" for field in schema["fields"][1:])
    assert fields["Key__c"]["doc"].startswith("Data:Text:00N")
    assert fields["CreatedDate"]["type"] == ["null", "long"]
    assert not fields.keys() & {"Id", "IsDeleted", "SystemModstamp", "LastName", "MailingCity"}
    assert (topic.can_subscribe, topic.can_publish) == (True, False)


def test_the_name_of_an_account_is_a_text_or_a_persons(pubsub: PubSub) -> None:
    schema = pubsub.schema(pubsub.topic("/data/AccountChangeEvent").schema_id)
    name = next(field for field in schema["fields"] if field["name"] == "Name")

    assert name["type"][:2] == ["null", "string"]
    assert name["type"][2]["name"] == "Switchable_PersonName"


def test_records_of_the_seed_are_not_announced(interface: Interface) -> None:
    seed = {**SEED, "records": {"Contact": [{"LastName": "Old"}]}}
    with Simulator(seed=seed, pubsub_port=0) as running, client(running) as api:
        create(api, "Contact", LastName="New")
        with PubSub(running, interface, token=token_of(api)) as pubsub:
            first = pubsub.subscribe(replay_preset=EARLIEST).next()

    assert first.body["Name"]["LastName"] == "New"
