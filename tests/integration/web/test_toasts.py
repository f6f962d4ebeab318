"""Messages in the answer to an htmx request: told at once, told once, never lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import include, path

from raccord.accounts.models import User
from raccord.web.base import answers
from raccord.web.urls import handler404, handler500

HTMX = {"HX-Request": "true"}
SAVED = [{"level": "success", "text": "Saved “Zoé”."}]


def act(request: HttpRequest, then: str) -> HttpResponse:
    messages.success(request, "Saved “Zoé”.")
    if then == "part":
        return HttpResponse("a part")
    if then == "nothing":
        return HttpResponse(status=204)
    if then == "page":
        return render(request, "base.html")
    return answers.go_to(request, "/projects/new/")


urlpatterns = [path("act/<str:then>", act), path("", include("raccord.web.urls"))]
__all__ = ["handler404", "handler500", "urlpatterns"]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def told(answer: Any) -> list[dict[str, str]]:
    triggered = json.loads(answer.headers.get("HX-Trigger", "{}"))
    return list(triggered.get("toasts", {}).get("messages", []))


@pytest.mark.parametrize("then", ["part", "nothing", "page"])
def test_an_answer_to_htmx_brings_its_messages_along_once(client: Client, then: str) -> None:
    answer = client.post(f"/act/{then}", headers=HTMX)
    assert told(answer) == SAVED
    assert b"Saved" not in answer.content
    assert told(client.get("/projects/new/", headers=HTMX)) == []
    assert "Saved" not in client.get("/projects/new/").content.decode()


def test_a_page_that_follows_shows_the_messages_itself(client: Client) -> None:
    answer = client.post("/act/elsewhere", headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/projects/new/"
    assert told(answer) == []
    assert "Saved “Zoé”." in client.get("/projects/new/").content.decode()


def test_a_full_page_shows_its_messages_and_needs_no_header(client: Client) -> None:
    answer = client.post("/act/page")
    assert told(answer) == []
    assert "Saved “Zoé”." in answer.content.decode()


def test_what_a_page_asks_by_itself_takes_nobodys_messages(client: Client) -> None:
    client.post("/act/elsewhere", headers=HTMX)
    answer = client.get("/projects/new/", headers={**HTMX, "X-By-Itself": "yes"})
    assert told(answer) == []
    assert told(client.get("/projects/new/", headers=HTMX)) == SAVED
