"""The character that PostgreSQL cannot hold: wherever a request may carry it, never a failure.

Every address of the screens is asked for with it in every parameter, and every form posted with it
in every field, by an anonymous visitor and by a signed-in person.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from raccord.accounts.models import User
from raccord.connections import editing, transfers
from raccord.connections.models import Authorization, AuthorizationState
from raccord.contacts.models import Project
from tests import cast

NUL = "a\0b"
# What is read from addresses and forms besides the forms' own fields.
PARAMETERS = (
    *("q", "page", "next", "state", "code", "error", "error_description"),
    *("connection", "source", "name", "authorization", "refused"),
)
POSTED = (
    *PARAMETERS,
    *("username", "password", "email", "language", "look", "colleague", "recipient"),
    *("object", "first_link_rule", "create_missing", "record", "reason", "act", "to"),
    *("line_field", "line_remote_field", "line_direction", "line_rule", "line_transform"),
    *("new_field", "new_remote", "new_transform", "environment", "own_address", "client_id"),
    *("client_secret", "key", "label", "type", "choices", "max_length", "slug", "languages"),
    *("time_zone", "key_1", "encoding", "new_password1", "new_password2", "old_password"),
    *("token", "first_name", "last_name", "newsletter", "birthdate"),
)


def _addresses(patterns: list[URLPattern | URLResolver], *, before: str = "") -> list[str]:
    found = []
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found += _addresses(each.url_patterns, before=route)
        else:
            found.append(route)
    return found


# What removes the rows that the others are about comes last.
ROUTES = sorted(_addresses(get_resolver().url_patterns), key=lambda route: "remove" in route)


@pytest.fixture
def rows(project: Project) -> dict[str, int]:
    """What the addresses name: a contact, and a connection with everything that belongs to it."""
    granted = Authorization.objects.create(
        source="salesforce",
        name="Org",
        login_url="http://127.0.0.1:9",
        state=AuthorizationState.ACTIVE,
        organization="00D",
        instance_url="http://127.0.0.1:9",
    )
    connection = editing.create_connection(
        project, source="salesforce", name="Sales", authorization=granted
    )
    return {
        "authorizations": granted.pk,
        "connections": connection.pk,
        "transfers": transfers.add_transfer(connection, object_name="Contact").pk,
        "integrations": editing.create_integration(connection).pk,
        "contacts": cast.a_contact(project, "accents").pk,
    }


def _filled(routes: list[str], *, project: Project, rows: dict[str, int]) -> Iterator[str]:
    """The addresses with their parts filled in: numbers are those of rows that exist."""
    for route in routes:
        parts: list[str] = []
        for part in route.split("/"):
            if part == "<slug:project>":
                parts.append(project.slug)
            elif part.startswith("<int:"):
                parts.append(str(rows.get(parts[-1], 1)))
            else:
                parts.append("x" if part.startswith("<") else part)
        yield "/" + "/".join(parts)


def test_no_parameter_and_no_field_makes_the_server_fail(
    project: Project, rows: dict[str, int], marketer: User, client: Client
) -> None:
    fields = dict.fromkeys((*POSTED, *(spec.key for spec in project.specs())), NUL)
    for address in _filled(ROUTES, project=project, rows=rows):
        file = SimpleUploadedFile(f"{NUL}.csv", f"email\n{NUL}@example.org\n".encode())
        client.force_login(marketer)  # one of the addresses signs out
        answers = [
            client.get(address, dict.fromkeys(PARAMETERS, NUL)),
            client.post(address, fields),
            client.post(address, {**fields, "file": file}),
        ]
        assert max(answer.status_code for answer in answers) < 500, address


def test_a_visitor_who_is_not_signed_in_makes_nothing_fail_either(
    project: Project, rows: dict[str, int], client: Client
) -> None:
    for address in _filled(ROUTES, project=project, rows=rows):
        client.cookies.load({settings.SESSION_COOKIE_NAME: "\0" * 32})
        assert client.get(address, dict.fromkeys(PARAMETERS, NUL)).status_code < 500, address
        assert client.post(address, dict.fromkeys(POSTED, NUL)).status_code < 500, address


def test_an_address_that_carries_it_leads_nowhere(signed_in: Client) -> None:
    for route in ROUTES:
        parts = ["%00" if part.startswith("<") else part for part in route.split("/")]
        if "%00" in parts:
            assert signed_in.get("/" + "/".join(parts)).status_code == 404, route


def test_a_return_from_a_sign_in_with_it_is_one_that_nobody_began(signed_in: Client) -> None:
    answer = signed_in.get("/connections/authorizations/callback?code=%00&state=%00")
    assert answer.status_code == 422
    assert "Access was not authorized" in answer.content.decode()


def test_numbers_beyond_all_rows_are_nobody(project: Project, signed_in: Client) -> None:
    many = "9" * 5000
    for address in (
        f"/projects/{project.slug}/contacts/?page={many}",
        f"/projects/{project.slug}/imports/?page={many}",
        f"/projects/{project.slug}/connections/new/?authorization={many}",
        f"/projects/{project.slug}/authorizations/new/?connection={many}",
    ):
        assert signed_in.get(address).status_code == 200
