"""Which of our answers stands against which recording."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tools.recordings.asking import VERSION, Org, ingest_job, query_job, upload

Ask = Callable[[Org], httpx.Response]


def _account(**values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, **values}


def _account_and_contact() -> list[dict[str, Any]]:
    steps = [
        ("Account", {"Name": "a"}),
        ("Contact", {"LastName": "b", "AccountId": "@{newAccount.id}"}),
    ]
    return [
        {
            "method": "POST",
            "url": f"/services/data/{VERSION}/sobjects/{kind}",
            "referenceId": f"new{kind}",
            "body": body,
        }
        for kind, body in steps
    ]


def _after(_: Any, org: Org, path: str) -> httpx.Response:
    return org.get(path)


def _after_account(org: Org, path: str) -> httpx.Response:
    return _after(org.create("Account", Name="a"), org, path)


def _introspect(org: Org) -> httpx.Response:
    token = org.http.headers["Authorization"].removeprefix("Bearer ")
    app = {"client_id": "comparison", "client_secret": "secret"}
    return org.http.post("/services/oauth2/introspect", data={"token": token, **app})


def _abort(org: Org, job: httpx.Response) -> httpx.Response:
    return org.patch(f"jobs/query/{job.json()['id']}", {"state": "Aborted"})


def _results(org: Org, name: str) -> httpx.Response:
    return org.get(f"jobs/ingest/{ingest_job(org, until='ended').json()['id']}/{name}")


def _pages(org: Org, name: str) -> httpx.Response:
    return org.get(f"jobs/query/{query_job(org, ended=True).json()['id']}/{name}")


def _remove(org: Org, job: httpx.Response) -> httpx.Response:
    kind = "query" if job.json()["operation"] == "query" else "ingest"
    return org.http.delete(f"/services/data/{VERSION}/jobs/{kind}/{job.json()['id']}")


def _delete_twice(org: Org) -> httpx.Response:
    address = f"/services/data/{VERSION}/sobjects/Account/{org.create('Account', Name='a')}"
    org.http.delete(address).raise_for_status()
    return org.http.delete(address)


# How the recordings name an address -> how we ask. Shapes only: their values are masked.
ANSWERS: dict[str, Ask] = {
    "GET /data": lambda org: org.get("/services/data"),
    "GET /.well-known/auth-configuration": lambda org: org.get("/.well-known/auth-configuration"),
    "GET /.well-known/openid-configuration": lambda org: org.get(
        "/.well-known/openid-configuration"
    ),
    "GET /id/keys": lambda org: org.get("/id/keys"),
    "POST /services/oauth2/introspect": _introspect,
    "GET /data/v64.0/limits": lambda org: org.get("limits"),
    "GET /data/v64.0/limits/recordCount": lambda org: _after_account(org, "limits/recordCount"),
    "GET /data/v64.0/queryAll": lambda org: _after_account(
        org, "queryAll?q=SELECT+Name+FROM+Account"
    ),
    "POST /data/v64.0/sobjects/{SOBJECT_API_NAME}": lambda org: org.post(
        "sobjects/Account", {"Name": "Some value"}
    ),
    "POST /data/v64.0/composite/sobjects": lambda org: org.post(
        "composite/sobjects", {"records": [_account(Name="a"), _account(Name="b")]}
    ),
    "PATCH /data/v64.0/composite/sobjects": lambda org: org.patch(
        "composite/sobjects",
        {"records": [_account(id=org.create("Account", Name="a"), NumberOfEmployees=27_000)]},
    ),
    "DELETE /data/v64.0/composite/sobjects": lambda org: org.http.delete(
        f"/services/data/{VERSION}/composite/sobjects?ids={org.create('Account', Name='a')}"
    ),
    "GET /data/v64.0/composite/sobjects/{SOBJECT_API_NAME}": lambda org: org.get(
        f"composite/sobjects/Account?ids={org.create('Account', Name='a')}&fields=Name"
    ),
    "PATCH /data/v64.0/composite/sobjects/{SOBJECT_API_NAME}/{FIELD_NAME}": lambda org: org.patch(
        "composite/sobjects/Account/Id",
        {"records": [_account(Id=org.create("Account", Name="a"), Name="b")]},
    ),
    "POST /data/v64.0/composite": lambda org: org.post(
        "composite", {"compositeRequest": _account_and_contact()}
    ),
    "POST /data/v64.0/composite/graph": lambda org: org.post(
        "composite/graph",
        {"graphs": [{"graphId": "graph1", "compositeRequest": _account_and_contact()}]},
    ),
    "POST /data/v64.0/composite/tree/{SOBJECT_API_NAME}": lambda org: org.post(
        "composite/tree/Account",
        {"records": [_account(Name="a", attributes={"type": "Account", "referenceId": "ref1"})]},
    ),
    "POST /data/v64.0/composite/batch": lambda org: org.post(
        "composite/batch", {"batchRequests": [{"method": "GET", "url": f"{VERSION}/limits"}]}
    ),
    "POST /data/v64.0/jobs/query": query_job,
    "GET /data/v64.0/jobs/query": lambda org: _after(query_job(org), org, "jobs/query"),
    "DELETE /data/v64.0/jobs/query/": lambda org: _remove(org, query_job(org, ended=True)),
    "GET /data/v64.0/jobs/query//results": lambda org: _pages(org, "results"),
    "GET /data/v64.0/jobs/query//resultPages": lambda org: _pages(org, "resultPages"),
    "PUT /data/v64.0/jobs/ingest//batches": lambda org: upload(org, ingest_job(org)),
    "DELETE /data/v64.0/jobs/ingest/": lambda org: _remove(org, ingest_job(org, until="ended")),
    "GET /data/v64.0/jobs/query/": lambda org: query_job(org, ended=True),
    "PATCH /data/v64.0/jobs/query/": lambda org: _abort(org, query_job(org)),
    "POST /data/v64.0/jobs/ingest": ingest_job,
    "PATCH /data/v64.0/jobs/ingest/": lambda org: ingest_job(org, until="UploadComplete"),
    "GET /data/v64.0/jobs/ingest/": lambda org: ingest_job(org, until="ended"),
    "GET /data/v64.0/jobs/ingest": lambda org: _after(ingest_job(org), org, "jobs/ingest"),
    "GET /data/v64.0/jobs/ingest//failedResults": lambda org: _results(org, "failedResults"),
    "GET /data/v64.0/jobs/ingest//successfulResults": lambda org: _results(
        org, "successfulResults"
    ),
    "GET /data/v64.0/jobs/ingest//unprocessedrecords": lambda org: _results(
        org, "unprocessedrecords"
    ),
}

# What is refused, and how: these agree word for word.
REFUSALS: dict[str, Ask] = {
    "INVALID_SESSION_ID": lambda org: org.get(
        "limits", headers={"Authorization": "Bearer 00Dnobody!x"}
    ),
    "REQUIRED_FIELD_MISSING": lambda org: org.post("sobjects/Account", {"Phone": "1"}),
    "ENTITY_IS_DELETED": _delete_twice,
    "NOT_FOUND The requested": lambda org: org.get("sobjects/Nothing"),
    "NOT_FOUND Provided": lambda org: org.get("sobjects/Account/23foo"),
    "INVALID_TYPE": lambda org: org.get("query", params={"q": "select count() from XYZZY"}),
    "INVALID_FIELD_FOR_INSERT_UPDATE": lambda org: org.post(
        "sobjects/Contact", {"LastName": "a", "Name": "b"}
    ),
}


@dataclass(frozen=True, slots=True)
class Described:
    """One object's describe as it was recorded: scalars, and each field by name."""

    scalars: dict[str, Any]
    keys: set[str]
    fields: dict[str, dict[str, Any]]


def describe(org: Org, kind: str) -> Described:
    """Return what our org says of an object, in the form of the recording."""
    content = org.get(f"sobjects/{kind}/describe").raise_for_status().json()
    scalars = {name: value for name, value in content.items() if not isinstance(value, list | dict)}
    fields = {field["name"]: field for field in content["fields"]}
    return Described(scalars, set(content), fields)


def objects_described(org: Org) -> Iterator[dict[str, Any]]:
    """Give what the list of objects says of each."""
    yield from org.get("sobjects").raise_for_status().json()["sobjects"]
