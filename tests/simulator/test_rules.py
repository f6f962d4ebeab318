"""What an administrator set up: validation, duplicates, triggers, automations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from salesforce_simulator.seed import SeedError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import INTEGRATION, SALES, SEED, client, create
from tests.waiting import wait_until


@contextmanager
def ruled(**rules: Any) -> Iterator[tuple[Simulator, httpx.Client]]:
    with Simulator(seed={**SEED, **rules}) as simulator, client(simulator) as api:
        yield simulator, api


def refusal(answer: httpx.Response) -> tuple[str, str, list[str] | None]:
    [error] = answer.json()
    return error["errorCode"], error["message"], error.get("fields")


def test_a_validation_rule_by_formula() -> None:
    rule = {
        "object": "Contact",
        "formula": "AND(NOT(ISNEW()), ISCHANGED(Email), ISBLANK(Email))",
        "message": "Keep an e-mail address.",
        "errorDisplayField": "email",
    }
    with ruled(validation_rules=[rule]) as (_, api):
        record_id = create(api, "Contact", LastName="a", Email="a@example.org")
        path = f"sobjects/Contact/{record_id}"
        assert api.patch(path, json={"Title": "CEO"}).status_code == 204
        assert refusal(api.patch(path, json={"Email": None})) == (
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "Keep an e-mail address.",
            ["Email"],
        )


class TestDuplicates:
    RULE = {
        "object": "Lead",
        "against": ["Lead", "Contact"],
        "fields": [
            {"field": "LastName", "method": "fuzzy"},
            {"field": "Phone", "method": "fuzzy"},
            "FirstName",
        ],
        "action": "alert",
    }

    def test_several_fields_over_two_objects(self) -> None:
        with ruled(duplicate_rules=[self.RULE]) as (_, api):
            known = {"FirstName": "Zoë", "LastName": "Lefèvre", "Phone": "+33 1 23 45 67 89"}
            contact = create(api, "Contact", **known)
            alike = {"FirstName": "ZOË", "LastName": "Lefevre", "Phone": "01.23.45.67.89"}
            lead = {**alike, "Company": "x"}
            refused = api.post("sobjects/Lead", json=lead)
            [error] = refused.json()
            assert error["errorCode"] == "DUPLICATES_DETECTED"
            [match] = error["duplicateResult"]["matchResults"]
            assert (match["entityType"], match["matchEngine"]) == ("Contact", "FuzzyMatchEngine")
            assert match["matchRecords"][0]["record"]["Id"] == contact
            for change in ({"FirstName": "Zoe"}, {"LastName": "Martin"}, {"Phone": None}):
                assert api.post("sobjects/Lead", json=lead | change).status_code == 201
            insist = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
            assert api.post("sobjects/Lead", json=lead, headers=insist).status_code == 201

    def test_a_report_lets_pass(self) -> None:
        with ruled(duplicate_rules=[{"object": "Contact", "action": "report"}]) as (_, api):
            for _ in range(2):
                create(api, "Contact", LastName="a", Email="a@example.org")

    def test_a_match_out_of_sight_is_not_named(self) -> None:
        rule = {"object": "Contact", "fields": ["Email"]}
        with ruled(duplicate_rules=[rule], sharing={"Contact": "private"}) as (simulator, api):
            jo = simulator.representative(SALES)
            record_id = jo.create("Contact", {"LastName": "a", "Email": "a@example.org"})
            answer = api.post("sobjects/Contact", json={"LastName": "b", "Email": "a@example.org"})
            assert refusal(answer)[0] == "DUPLICATES_DETECTED"
            assert record_id not in answer.text


class TestTriggers:
    @pytest.mark.parametrize(
        ("trigger", "expected"),
        [
            ({"do": "cut", "length": 5}, "415 5"),
            ({"do": "set", "value": "1"}, "1"),
            ({"do": "set", "formula": 'LastName & "!"'}, "a!"),
            ({"do": "clear"}, None),
            ({"do": "format_phone"}, "(415) 555-0123"),
            ({"do": "upper", "when": 'LastName = "other"'}, "415 555 0123"),
        ],
    )
    def test_it_rewrites_before_the_save(
        self, trigger: dict[str, Any], expected: str | None
    ) -> None:
        spec = {"object": "Contact", "field": "Phone", **trigger}
        with ruled(triggers=[spec]) as (_, api):
            record_id = create(api, "Contact", LastName="a", Phone="415 555 0123")
            assert api.get(f"sobjects/Contact/{record_id}").json()["Phone"] == expected

    def test_it_may_fill_in_what_is_required(self) -> None:
        spec = {"object": "Lead", "field": "Company", "do": "set", "value": "Unknown"}
        with ruled(triggers=[spec]) as (_, api):
            record_id = create(api, "Lead", LastName="a")
            assert api.get(f"sobjects/Lead/{record_id}").json()["Company"] == "Unknown"

    def test_one_that_throws(self) -> None:
        spec = {"object": "Contact", "do": "fail", "name": "Guard", "message": "System.Oops: no"}
        with ruled(triggers=[spec]) as (_, api):
            code, message, _ = refusal(api.post("sobjects/Contact", json={"LastName": "a"}))
            assert code == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
            assert message.startswith("Guard: execution of BeforeInsert\n\ncaused by: System.Oops")


class TestAutomations:
    def test_a_second_change_by_somebody_else(self) -> None:
        rule = {"object": "Contact", "when": "ISNEW()", "set": {"Department": "Sales"}, "as": SALES}
        with ruled(automations=[rule]) as (simulator, api):
            record_id = create(api, "Contact", LastName="a")
            record = api.get(f"sobjects/Contact/{record_id}").json()
            assert record["Department"] == "Sales"
            assert record["LastModifiedById"] == user_id(simulator, SALES)
            assert record["CreatedById"] == user_id(simulator, INTEGRATION)
            api.patch(f"sobjects/Contact/{record_id}", json={"Department": "x"})
            assert api.get(f"sobjects/Contact/{record_id}").json()["Department"] == "x"

    def test_it_may_take_its_time(self) -> None:
        rule = {"object": "Contact", "set": {"Department": "Sales"}, "after_ms": 50}
        with ruled(automations=[rule]) as (simulator, api):
            simulator.org.clock = lambda: datetime(2026, 3, 1, tzinfo=UTC)
            record_id = create(api, "Contact", LastName="a")
            before = simulator.representative().record("Contact", record_id)
            simulator.org.clock = lambda: datetime(2026, 3, 2, tzinfo=UTC)

            def row() -> dict[str, Any]:
                return simulator.representative().record("Contact", record_id)

            wait_until(lambda: row().get("Department") == "Sales")
            assert row()["SystemModstamp"] > before["SystemModstamp"]

    def test_one_that_is_refused_is_told(self) -> None:
        rule = {"object": "Contact", "set": {"Email": "nonsense"}}
        with ruled(automations=[rule]) as (simulator, api):
            record_id = create(api, "Contact", LastName="a")
            [failure] = simulator.org.rules.failures
            assert record_id in failure
            assert "invalid email" in failure

    def test_what_waits_is_forgotten_at_the_end(self) -> None:
        rule = {"object": "Contact", "set": {"Department": "Sales"}, "after_ms": 600_000}
        with ruled(automations=[rule]) as (simulator, api):
            create(api, "Contact", LastName="a")
            later = simulator.org.later
            assert later.waiting == 1
        wait_until(lambda: later.waiting == 0)


NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("validation_rules", {"object": "Contact", "message": "x"}),
    ("validation_rules", {"object": "Nope", "formula": "TRUE", "message": "x"}),
    ("validation_rules", {"object": "Contact", "formula": "Nope = 1", "message": "x"}),
    ("validation_rules", {"object": "Contact", "condition": "Nope = 1", "message": "x"}),
    ("duplicate_rules", {"object": "Contact", "fields": ["Nope"]}),
    ("duplicate_rules", {"object": "Contact", "fields": []}),
    ("duplicate_rules", {"object": "Contact", "action": "explode"}),
    ("duplicate_rules", {"object": "Contact", "fields": [{"field": "Email", "method": "magic"}]}),
    ("triggers", {"object": "Contact", "field": "Phone", "do": "sing"}),
    ("triggers", {"object": "Contact", "field": "Phone", "do": "cut"}),
    ("triggers", {"object": "Contact", "field": "Id", "do": "clear"}),
    ("automations", {"object": "Contact", "set": {}}),
    ("automations", {"object": "Contact", "set": {"Nope": 1}}),
    ("automations", {"object": "Contact", "set": {"Title": "x"}, "as": "nobody"}),
    ("automations", {"object": "Contact", "set": {"Title": "x"}, "after_ms": "soon"}),
]


@pytest.mark.parametrize(("kind", "rule"), NONSENSE)
def test_rules_that_make_no_sense(kind: str, rule: dict[str, Any]) -> None:
    with pytest.raises(SeedError, match=kind):
        Simulator(seed={**SEED, kind: [rule]})


def user_id(simulator: Simulator, username: str) -> str:
    row = simulator.org.users.find(username)
    assert row is not None
    return str(row["Id"])
