"""Formula fields, auto-numbers and defaults; the formula language by itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.events.schema import change_schema
from salesforce_simulator.formula.compiled import compile_formula
from salesforce_simulator.formula.syntax import FormulaError
from salesforce_simulator.org import Org
from salesforce_simulator.seed import SeedError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, query

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORG = Org(clock=lambda: NOON)
ROW: dict[str, Any] = {
    "Id": "0035Y0000000001QAA",
    "FirstName": "Zoë",
    "LastName": "Durand",
    "Email": "zoe@example.org",
    "Birthdate": "1990-05-17",
    "CreatedDate": "2026-02-27T12:00:00.000+0000",
    "DoNotCall": True,
    "OtherLatitude": 2.5,
}
FIELDS: dict[str, list[dict[str, Any]]] = {
    "Contact": [
        {"name": "Points__c", "type": "double", "precision": 6, "scale": 2, "defaultValue": "10"},
        {"name": "Vip__c", "type": "boolean", "defaultValue": True},
        {"name": "No__c", "type": "autonumber", "displayFormat": "C-{0000}", "externalId": True},
        {"name": "Line__c", "type": "string", "formula": 'Name & " at " & Account.Name'},
        {"name": "Double__c", "type": "double", "scale": 1, "formula": "Points__c * 2"},
        {"name": "Rich__c", "type": "boolean", "formula": "Double__c > 30"},
        {"name": "Due__c", "type": "date", "formula": "TODAY() + 30"},
    ]
}


def value(text: str, *, old: dict[str, Any] | None = None, **values: Any) -> Any:
    return compile_formula(ORG, "Contact", text).value({**ROW, **values}, old=old)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3 - -1", 10),
        ("2 ^ 3 ^ 1", 8),
        ("10 - 4 - 3", 3),
        ("1 / 0", None),
        ('"a" & "b" & 1', "ab1"),
        ('FirstName + " " + LastName', "Zoë Durand"),
        ("Name", "Zoë Durand"),
        ('IF(ISBLANK(Phone), "none", Phone)', "none"),
        ('BLANKVALUE(Title, "?")', "?"),
        ('AND(DoNotCall, NOT(LastName = "x"))', True),
        ('DoNotCall && (LastName = "x" || TRUE)', True),
        ('OR(LastName = "x", FALSE)', False),
        ('CASE(LastName, "a", 1, "Durand", 2, 3)', 2),
        ('CASE(LastName, "a", 1, 3)', 3),
        ('LEFT(Email, FIND("@", Email) - 1)', "zoe"),
        ('RIGHT("abc", 2) & MID("abcd", 2, 2)', "bcbc"),
        ("UPPER(LOWER(LastName)) & LEN(LastName)", "DURAND6"),
        ('TEXT(2.50) & TEXT(3) & SUBSTITUTE("aXa", "X", "-")', "2.53a-a"),
        ('BEGINS("abc", "ab") && CONTAINS("abc", "b")', True),
        ("TODAY()", date(2026, 3, 1)),
        ("NOW() - CreatedDate", 2.0),
        ("YEAR(Birthdate) + MONTH(Birthdate) + DAY(Birthdate)", 2012),
        ("DATE(2024, 2, 28) + 2", date(2024, 3, 1)),
        ("DATE(2023, 2, 30)", None),
        ("Birthdate < TODAY()", True),
        ("ROUND(2.345, 2) + ROUND(-0.5, 0)", 1.35),
        ("MAX(1, 3, 2) - MIN(4, 5) + MOD(7, 4)", 2),
        ("OtherLatitude * 2 + OtherLongitude", 5),
        ('VALUE("4.5") = 4.5', True),
        ("Phone = NULL", True),
        ('Phone = ""', True),
        ('REGEX(Email, ".*@example[.]org")', True),
        ("IF(FALSE, 1 / 0, 5)", 5),
        ("/* nothing */ 1", 1),
    ],
)
def test_what_a_formula_gives(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_what_a_save_knows() -> None:
    assert value("ISNEW()") is True
    assert value("ISNEW()", old=ROW) is False
    assert value("ISCHANGED(Title)", old=ROW, Title="CEO") is True
    assert value("ISCHANGED(LastName)", old=ROW) is False
    assert value("PRIORVALUE(LastName)", old=ROW, LastName="x") == "Durand"


@pytest.mark.parametrize(
    "text",
    [
        *["", "1 +", "(1", "IF(1)", "NOPE(1)", "Nope__c", "Account.Nope", "'open", "a b", "1 2"],
        *["#", "MailingAddress", "1" + "+1" * 1900, "1" + " + 1" * 2000],
        *["(" * 1900 + "1" + ")" * 1900, "-" * 2000 + "1"],
    ],
)
def test_what_is_no_formula(text: str) -> None:
    with pytest.raises(FormulaError):
        compile_formula(ORG, "Contact", text)


def _joined(parts: tuple[tuple[str, float], str, tuple[str, float]]) -> tuple[str, float]:
    (left, a), symbol, (right, b) = parts
    return f"({left} {symbol} {right})", {"+": a + b, "-": a - b, "*": a * b}[symbol]


_numbers = st.integers(-1000, 1000)
_sums = st.recursive(
    _numbers.map(lambda n: (f"({n})", float(n))),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(_joined),
    max_leaves=12,
)


@given(_sums)
def test_arithmetic_is_that_of_numbers(example: tuple[str, float]) -> None:
    text, expected = example
    assert value(text) == expected


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_clear_error(text: str) -> None:
    try:
        formula = compile_formula(ORG, "Contact", text)
    except FormulaError:
        return
    formula.value(ROW)


_anything = st.sampled_from(
    [
        "NULL",
        "1",
        "0",
        '"a"',
        '""',
        "TRUE",
        "Birthdate",
        "CreatedDate",
        "LastName",
        "Phone",
        "NOW()",
    ]
)


@given(
    st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">=", "&&", "||"]),
    _anything,
    _anything,
)
def test_any_two_values_have_a_result_or_none(symbol: str, left: str, right: str) -> None:
    value(f"{left} {symbol} {right}")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-5000, 5000))
def test_days_are_added_and_counted(day: date, days: int) -> None:
    text = f"DATE({day.year}, {day.month}, {day.day})"
    assert value(f"{text} + {days}") == day + timedelta(days=days)
    assert value(f"({text} + {days}) - {text}") == days


@pytest.fixture
def computing() -> Iterator[tuple[Simulator, httpx.Client]]:
    seed = {**SEED, "custom_fields": FIELDS, "session_seconds": 10**6}
    with (
        Simulator(seed=seed, clock=lambda: NOON) as simulator,
        client(simulator) as api,
    ):
        yield simulator, api


class TestFields:
    def test_a_formula_is_read_and_found_like_any_field(
        self, computing: tuple[Simulator, httpx.Client]
    ) -> None:
        _, api = computing
        account = create(api, "Account", Name="Acme")
        record_id = create(api, "Contact", LastName="Durand", AccountId=account, Points__c=20)
        create(api, "Contact", LastName="b", Points__c=1)
        record = api.get(f"sobjects/Contact/{record_id}").json()
        assert record["Line__c"] == "Durand at Acme"
        assert (record["Double__c"], record["Rich__c"], record["Due__c"]) == (
            40.0,
            True,
            "2026-03-31",
        )
        soql = "SELECT Id, Line__c FROM Contact WHERE Rich__c = true AND Double__c >= 40"
        assert [(r["Id"], r["Line__c"]) for r in query(api, soql)] == [
            (record_id, "Durand at Acme")
        ]

    def test_it_changes_without_its_record_changing(
        self, computing: tuple[Simulator, httpx.Client]
    ) -> None:
        simulator, api = computing
        account = create(api, "Account", Name="Acme")
        record_id = create(api, "Contact", LastName="Durand", AccountId=account)
        path = f"sobjects/Contact/{record_id}"
        before = api.get(path).json()
        simulator.org.clock = lambda: NOON + timedelta(days=1)
        api.patch(f"sobjects/Account/{account}", json={"Name": "New"}).raise_for_status()
        after = api.get(path).json()
        assert (before["Line__c"], after["Line__c"]) == ("Durand at Acme", "Durand at New")
        assert (before["Due__c"], after["Due__c"]) == ("2026-03-31", "2026-04-01")
        assert before["SystemModstamp"] == after["SystemModstamp"]

    def test_it_is_described_and_not_written(
        self, computing: tuple[Simulator, httpx.Client]
    ) -> None:
        _, api = computing
        described = {f["name"]: f for f in api.get("sobjects/Contact/describe").json()["fields"]}
        line = described["Line__c"]
        assert (line["calculated"], line["createable"], line["updateable"]) == (True, False, False)
        assert line["calculatedFormula"] == 'Name & " at " & Account.Name'
        assert (described["No__c"]["autoNumber"], described["No__c"]["type"]) == (True, "string")
        answer = api.post("sobjects/Contact", json={"LastName": "a", "Line__c": "x"})
        assert answer.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"

    def test_change_events_leave_it_out(self, computing: tuple[Simulator, httpx.Client]) -> None:
        simulator, _ = computing
        schema = change_schema(simulator.org.store("Contact").kind)
        assert "Points__c" in schema.places
        assert not {"Line__c", "Double__c", "Rich__c", "Due__c"} & set(schema.places)

    def test_numbers_and_defaults_are_given_on_create(
        self, computing: tuple[Simulator, httpx.Client]
    ) -> None:
        _, api = computing
        create(api, "Contact", LastName="a")
        create(api, "Contact", LastName="b", Points__c=3, Vip__c=False)
        rows = query(api, "SELECT No__c, Points__c, Vip__c FROM Contact ORDER BY LastName")
        assert [(r["No__c"], r["Points__c"], r["Vip__c"]) for r in rows] == [
            ("C-0001", 10.0, True),
            ("C-0002", 3.0, False),
        ]
        assert api.get("sobjects/Contact/No__c/C-0002").json()["LastName"] == "b"

    @pytest.mark.parametrize(
        "spec",
        [
            {"name": "A__c", "type": "string", "formula": "Nope"},
            {"name": "A__c", "type": "reference", "formula": "Id"},
            {"name": "A__c", "type": "autonumber", "displayFormat": "C"},
            {"name": "A__c", "type": "double", "defaultValue": "x"},
        ],
    )
    def test_fields_that_make_no_sense(self, spec: dict[str, Any]) -> None:
        with pytest.raises(SeedError, match="custom_fields: Contact"):
            Simulator(seed={**SEED, "custom_fields": {"Contact": [spec]}})

    def test_numbered_names(self) -> None:
        spec = {"name": "Order__c", "nameFormat": "O-{000}"}
        with (
            Simulator(seed={**SEED, "custom_objects": [spec]}) as simulator,
            client(simulator) as api,
        ):
            record_id = create(api, "Order__c")
            assert api.get(f"sobjects/Order__c/{record_id}").json()["Name"] == "O-001"
