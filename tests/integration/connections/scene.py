"""A simulated organization, and a person's way through its sign-in pages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx

from raccord.accounts.models import User
from raccord.connections import (
    authorizations,
    authorize,
    describing,
    editing,
    mappings,
    transfers,
)
from raccord.connections.mappings import MappingLine
from raccord.connections.models import Authorization, Connection, DataTransfer, GrantType
from raccord.contacts.models import Field, Project
from raccord.engine.records import FieldType
from salesforce_simulator.schema.sobject import SObjectType
from salesforce_simulator.server import Simulator

CLIENT_ID = "raccord-test"
CLIENT_SECRET = "raccord-test-secret"
RETURN_ADDRESS = "http://127.0.0.1:8000/connections/authorizations/callback"
ADMIN = ("admin@simulated.example", "simulator")

IDENTITY_FIELD = {
    "name": "Raccord_Id__c",
    "label": "Raccord id",
    "type": "string",
    "length": 64,
    "externalId": True,
    "unique": True,
}
APP = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "redirect_uris": [RETURN_ADDRESS],
    "flows": ["authorization_code", "refresh_token", "client_credentials"],
    "rotate_refresh_tokens": True,
    "run_as": "integration@simulated.example",
}
SEED = {"apps": [APP], "custom_fields": {"Contact": [IDENTITY_FIELD], "Lead": [IDENTITY_FIELD]}}

FIELDS = (
    ("email", FieldType.EMAIL),
    ("first_name", FieldType.TEXT),
    ("last_name", FieldType.TEXT),
    ("company", FieldType.TEXT),
    ("birthdate", FieldType.DATE),
    ("newsletter", FieldType.CONSENT),
)


def a_project(name: str = "Cast") -> Project:
    """A project with a few of the demo's fields, known by e-mail."""
    project = Project.objects.create(name=name, slug=name.lower(), languages=["en"])
    for position, (key, kind) in enumerate(FIELDS):
        Field.objects.create(
            project=project,
            key=key,
            label=key.replace("_", " ").capitalize(),
            type=kind,
            position=position,
            key_position=0 if key == "email" else None,
        )
    return project


def a_person(email: str = "ana@example.org") -> User:
    return User.objects.create_user(email, "correct horse battery staple")


def a_pending_authorization(
    name: str = "Org", *, client_secret: str = CLIENT_SECRET
) -> Authorization:
    """Created, not yet signed in to."""
    return authorizations.create_authorization(
        "salesforce",
        name=name,
        environment="simulator",
        client_id=CLIENT_ID,
        client_secret=client_secret,
    )


def granted(simulator: Simulator, authorization: Authorization, *, person: User) -> Authorization:
    """Walk the whole grant: to the organization's pages and back."""
    address = authorize.begin(authorization, person=person, redirect_uri=RETURN_ADDRESS)
    query = sign_in(address)
    signing_in = authorize.claim_return(query, person=person)
    kept = authorize.finish(signing_in, query=query, redirect_uri=RETURN_ADDRESS)
    assert isinstance(kept, Authorization)  # nobody had signed in before
    return kept


def an_application_grant(name: str = "App") -> Authorization:
    """Signed in by client credentials."""
    authorization = authorizations.create_authorization(
        "salesforce",
        name=name,
        environment="simulator",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        grant=GrantType.CLIENT_CREDENTIALS,
    )
    return authorize.sign_in_application(authorization)


def a_connection(project: Project, authorization: Authorization) -> Connection:
    return editing.create_connection(
        project, source="salesforce", name="Salesforce", authorization=authorization
    )


def an_active_transfer(project: Project, authorization: Authorization) -> DataTransfer:
    """Contacts paired with Contact, mapped as it is usual, and active."""
    transfer = a_transfer(project, authorization)
    remote = describing.described(transfer)
    lines = [
        MappingLine("last_name", "LastName"),
        *mappings.propose(transfer, remote=remote, taken=[MappingLine("last_name", "LastName")]),
    ]
    mappings.save_mappings(transfer, lines, remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    return transfer


def a_transfer(project: Project, authorization: Authorization) -> DataTransfer:
    connection = a_connection(project, authorization)
    return transfers.add_transfer(connection, object_name="Contact")


def without_field(simulator: Simulator, object_name: str, name: str) -> SObjectType:
    """Let a field vanish over there; returns the type as it was, for `Store.set_kind`."""
    store = simulator.org.store(object_name)
    before = store.kind
    store.set_kind(
        replace(before, fields=tuple(each for each in before.fields if each.name != name))
    )
    return before


def read_only_field(simulator: Simulator, object_name: str, name: str) -> None:
    """Let nobody write a field over there any more."""
    store = simulator.org.store(object_name)
    fields = (
        replace(each, createable=False, updateable=False) if each.name == name else each
        for each in store.kind.fields
    )
    store.set_kind(replace(store.kind, fields=tuple(fields)))


def sign_in(address: str, *, answer: str = "allow") -> dict[str, str]:
    """What the browser brings back after signing in and answering the consent page."""
    with httpx.Client(follow_redirects=False, trust_env=False) as browser:
        page = browser.get(address)
        for step in ("sign_in", answer):
            if page.is_redirect:
                break
            form = {"username": ADMIN[0], "password": ADMIN[1], "action": step, **_hidden(page)}
            page = browser.post(str(page.url), data=form)
            while page.is_redirect and not page.headers["location"].startswith(RETURN_ADDRESS):
                page = browser.get(page.url.join(page.headers["location"]))
        assert page.is_redirect, f"{page.status_code}: {page.text[:500]}"
        return dict(parse_qsl(urlsplit(page.headers["location"]).query))


def _hidden(page: httpx.Response) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"?hidden\"?[^>]*>", page.text):
        attributes = dict(re.findall(r"(\w+)=\"([^\"]*)\"", tag))
        found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found
