"""Whatever a user was granted: no answer holds a value, or the name, of a field he may not read.

Every permissionable field of a contact and its account holds a value of its own. Grants are
generated; then every address of the API that can be read is, in every way that shows records.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from salesforce_simulator.org import Org
from salesforce_simulator.routes import URL_MAP
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.server import create_app
from tests.simulator.conftest import INTEGRATION, SEED

TOKEN = "walking-token"
KINDS = ("Account", "Contact")
_VALUES = {"email": "{}@example.org", "url": "https://{}.example.org"}


def _hideable(kind: SObjectType) -> list[Field]:
    texts = {"string", "email", "phone", "url", "textarea"}
    return [
        each
        for each in kind.fields
        if each.permissionable
        and each.createable
        and each.type in texts
        and each.length >= 20
        and not each.values
    ]


class Walk:
    """An org in which every text that can be hidden is told apart from every other."""

    def __init__(self) -> None:
        self.org = Org()
        seed = {
            **SEED,
            "tokens": [{"access_token": TOKEN, "username": INTEGRATION, "client_id": "app"}],
        }
        apply_seed(self.org, seed)
        app = create_app(self.org)
        self.client = Client(app)
        user = self.org.users.find(INTEGRATION)
        assert user is not None
        self.user_id: str = user["Id"]
        self.secrets: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.ids["Account"] = self._create("Account", Name="Acme")
        self.ids["Contact"] = self._create(
            "Contact", LastName="Durand", AccountId=self.ids["Account"]
        )

    def read(self, method: str, path: str, body: Any = None) -> str:
        answer = self.client.open(
            path, method=method, json=body, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code < 500, (path, answer.get_data(as_text=True))
        return answer.get_data(as_text=True)

    def _create(self, name: str, **values: str) -> str:
        for field in _hideable(self.org.store(name).kind):
            secret = f"zq{len(self.secrets):03}xw"
            self.secrets[f"{name}.{field.name}"] = secret
            values[field.name] = _VALUES.get(field.type, "{}").format(secret)
        created = self.read("POST", f"/services/data/v62.0/sobjects/{name}", values)
        record_id: str = json.loads(created)["id"]
        return record_id


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def addresses(walk: Walk, name: str, hidden: list[str]) -> Iterator[tuple[str, str, Any]]:
    """Yield (method, path, body) of every way to read."""
    base = "/services/data/v62.0"
    known = {
        "version": "62.0",
        "name": name,
        "record_id": walk.ids[name],
        "key": "Id",
        "value": walk.ids[name],
    }
    for rule in URL_MAP.iter_rules():
        readable = rule.endpoint.kind == "api" and "GET" in (rule.methods or ())
        if readable and rule.arguments <= set(known):
            adapter = URL_MAP.bind("localhost")
            needed = {each: known[each] for each in rule.arguments} | dict(rule.defaults or {})
            path = adapter.build(rule.endpoint, needed, method="GET")
            yield "GET", path, None
    window = "start=2020-01-01T00:00:00Z&end=2020-01-02T00:00:00Z"
    yield "GET", f"{base}/sobjects/{name}/updated?{window}", None
    for soql in (
        f"SELECT FIELDS(ALL) FROM {name} LIMIT 200",  # noqa: S608
        "SELECT Id, (SELECT FIELDS(STANDARD) FROM Contacts) FROM Account",
        "SELECT Id, Account.Name FROM Contact",
        *(f"SELECT {each} FROM {name}" for each in hidden),  # noqa: S608
        *(f"SELECT Id FROM {name} WHERE {each} != null" for each in hidden),  # noqa: S608
        *(f"SELECT Id, Account.{each} FROM Contact" for each in hidden),  # noqa: S608
        *(f"SELECT COUNT(Id), {each} FROM {name} GROUP BY {each}" for each in hidden),  # noqa: S608
        *(f"SELECT Id FROM {name} ORDER BY {each}" for each in hidden),  # noqa: S608
    ):
        yield "GET", f"{base}/query?q={soql.replace(' ', '+')}", None
        yield "GET", f"{base}/queryAll?q={soql.replace(' ', '+')}", None
    yield "GET", f"{base}/search?q=FIND+{{zq*}}+RETURNING+{name}(Id,Name)", None
    yield "GET", f"{base}/parameterizedSearch?q=zq*&sobject={name}", None
    for each in hidden:
        yield "GET", f"{base}/sobjects/{name}/{walk.ids[name]}?fields={each}", None
        retrieve = {"ids": [walk.ids[name]], "fields": ["Id", each]}
        yield "POST", f"{base}/composite/sobjects/{name}", retrieve
        part = {"method": "GET", "url": f"{base}/sobjects/{name}/{walk.ids[name]}"}
        query = {"method": "GET", "url": f"{base}/query?q=SELECT+{each}+FROM+{name}"}
        parts = [{**part, "referenceId": "a"}, {**query, "referenceId": "b"}]
        yield "POST", f"{base}/composite", {"compositeRequest": parts}
        batch = [
            {**one, "url": one["url"].removeprefix("/services/data/")} for one in (part, query)
        ]
        yield "POST", f"{base}/composite/batch", {"batchRequests": batch}
        yield (
            "POST",
            f"{base}/jobs/query",
            {
                "operation": "query",
                "query": f"SELECT {each} FROM {name}",  # noqa: S608
            },
        )


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_nothing_unreadable_is_ever_answered(walk: Walk, data: st.DataObject) -> None:
    hidden = data.draw(st.lists(st.sampled_from(sorted(walk.secrets)), min_size=1, max_size=4))
    grants = {path: {"read": False} for path in hidden}
    walk.org.permissions.set(walk.user_id, {"fields": grants})
    name = data.draw(st.sampled_from(KINDS))
    secrets = [walk.secrets[path] for path in hidden]
    names = [path.partition(".")[2] for path in hidden if path.startswith(f"{name}.")]
    for method, path, body in addresses(walk, name, names):
        text = walk.read(method, path, body)
        leaked = [each for each in secrets if each in text]
        assert not leaked, (method, path, leaked)
    described = json.loads(walk.read("GET", f"/services/data/v62.0/sobjects/{name}/describe"))
    assert not {each["name"] for each in described["fields"]} & set(names)


def test_the_walk_would_notice(walk: Walk) -> None:
    """Without limits the same walk meets every value: it looks where they are shown."""
    walk.org.permissions.set(walk.user_id, {})
    for name in KINDS:
        shown = "".join(walk.read(*each) for each in addresses(walk, name, []))
        missed = [p for p, s in walk.secrets.items() if p.startswith(f"{name}.") and s not in shown]
        assert missed == []
