"""Error pages, and the headers that every answer carries."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from raccord.web.sign_in_wall import open_to_all
from raccord.web.urls import handler400, handler403, handler404, handler500

FAILURES: dict[str, type[Exception]] = {
    "400": BadRequest,
    "403": PermissionDenied,
    "413": RequestDataTooBig,
    "500": RuntimeError,
}


@open_to_all
def fail(request: HttpRequest, status: str) -> HttpResponse:
    raise FAILURES[status]("secret detail")


urlpatterns = [path("fail/<str:status>", fail)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_error_page_says_what_happened_and_nothing_secret(status: int, language: str) -> None:
    client = Client(raise_request_exception=False, headers={"Accept-Language": language})
    answer = client.get(f"/fail/{status}" if status != 404 else "/nowhere")
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}"' in text
    assert 'href="/"' in text
    assert "secret detail" not in text
    assert "script-src" in answer.headers["Content-Security-Policy"]


def test_a_form_without_its_token_is_told_so(marketer: object) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_every_answer_forbids_foreign_scripts_and_frames(client: Client, db: None) -> None:
    headers = client.get("/sign-in/").headers
    policy = headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy.split("script-src", 1)[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
