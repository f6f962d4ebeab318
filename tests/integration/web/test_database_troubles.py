"""A database that is full or can only be read is told from a bug, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from raccord.contacts.models import Contact, Project
from raccord.web.errors.database_troubles import Trouble, met
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON contacts_contact EXECUTE FUNCTION no_room();
"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_full_disk_is_told_and_what_was_there_is_safe(language: str) -> None:
    project, client = signed_in(language)
    kept = cast.a_contact(project, "plain")
    new = {"email": "new@example.org", "last_name": "New"}
    with full():
        answer = client.post(f"/projects/{project.slug}/contacts/new/", new)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert f'<html lang="{language}"' in answer.content.decode()
        assert "no_room" not in answer.content.decode()
        assert client.get(f"/projects/{project.slug}/contacts/{kept.pk}/").status_code == 200
    assert Contact.objects.count() == 1
    assert client.post(f"/projects/{project.slug}/contacts/new/", new).status_code == 302
    assert Contact.objects.count() == 2


def test_a_database_that_can_only_be_read_shows_and_refuses() -> None:
    project, client = signed_in("en")
    kept = cast.a_contact(project, "plain")
    new = {"email": "new@example.org", "last_name": "New"}
    client.get(f"/projects/{project.slug}/contacts/{kept.pk}/")
    with read_only():
        page = client.get(f"/projects/{project.slug}/contacts/{kept.pk}/")
        refused = client.post(f"/projects/{project.slug}/contacts/new/", new)
    assert page.status_code == 200
    assert refused.status_code == 503
    assert "can only be read" in refused.content.decode()
    assert client.post(f"/projects/{project.slug}/contacts/new/", new).status_code == 302


def test_a_bug_is_no_trouble_of_the_database() -> None:
    assert met(None) is None
    assert met(RuntimeError()) is None
    assert met(IntegrityError()) is None
    assert met(raised_from(psycopg.errors.DeadlockDetected())) is None
    assert met(raised_from(psycopg.errors.AdminShutdown())) is Trouble.AWAY
    assert met(raised_from(psycopg.OperationalError())) is Trouble.AWAY
    assert met(raised_from(psycopg.errors.DiskFull())) is Trouble.FULL


def raised_from(cause: psycopg.Error) -> OperationalError:
    error = OperationalError()
    error.__cause__ = cause
    return error


def signed_in(language: str) -> tuple[Project, Client]:
    project = cast.a_project()
    client = Client(raise_request_exception=False, headers={"Accept-Language": language})
    client.force_login(cast.a_marketer())
    return project, client


@contextmanager
def full() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_room ON contacts_contact; DROP FUNCTION no_room")


@contextmanager
def read_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_read_only")
