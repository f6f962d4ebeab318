"""Where a person learns what "Continue" will do, and where their browser comes back to."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from raccord.connections import authorize, endpoints, sentences
from raccord.connections.models import Authorization, GrantType, WaitingGrant
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput, Failure
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.draft import Draft
from raccord.web.connections.people import signed_in


def explain(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Say where one is going and what Raccord asks for; "Continue" goes there."""
    draft = Draft.read(request.GET)
    authorization = get_object_or_404(Authorization, pk=key)
    if request.method == "POST":
        if authorization.grant == GrantType.CLIENT_CREDENTIALS:
            return _sign_in_application(request, authorization, draft=draft, project=project)
        return _send_away(request, authorization, draft=draft, project=project)
    context = {
        "draft": draft,
        "back": draft.page(project),
        "authorization": authorization,
        "source_label": endpoints.source_label(authorization.source),
        "host": urlsplit(authorization.login_url).netloc,
        "by_person": authorization.grant == GrantType.AUTHORIZATION_CODE,
        "return_address": _return_address(),
    }
    return render(request, "connections/authorization_access.html", context)


@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """The browser is back from the third party, with a code or with a reason."""
    query = request.GET.dict()
    try:
        signing_in = authorize.claim_return(query, person=signed_in(request))
    except BadInput as problem:
        return _failed(request, problem, back=reverse("home"))
    authorization = signing_in.authorization
    try:
        kept = authorize.finish(signing_in, query=query, redirect_uri=_return_address())
    except Failure as failure:
        return _failed(request, failure, back=signing_in.return_to, source=authorization.source)
    if isinstance(kept, WaitingGrant):
        return HttpResponseRedirect(reverse("authorization-other-user", args=[kept.key]))
    messages.success(request, _("Access is authorized."))
    return HttpResponseRedirect(signing_in.return_to)


@never_cache
def other_user(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody else signed in than before: is that meant?"""
    waiting = authorize.waiting(key, person=signed_in(request))
    if waiting is None:
        over = BadInput(authorize.SIGN_IN_EXPIRED)
        return _failed(request, over, back=reverse("home"))
    if request.method != "POST":
        return render(request, "connections/authorization_other_user.html", _question(waiting))
    try:
        if request.POST.get("answer") == "use":
            authorize.use(waiting)
            messages.success(request, _("Access is authorized."))
        else:
            authorize.refuse(waiting)
            messages.info(request, _("Everything stays as it was."))
    except Failure as failure:
        source = waiting.authorization.source
        return _failed(request, failure, back=waiting.return_to, source=source)
    return HttpResponseRedirect(waiting.return_to or reverse("home"))


def _question(waiting: WaitingGrant) -> dict[str, object]:
    authorization = waiting.authorization
    return {
        "waiting": waiting,
        "authorization": authorization,
        "source_label": endpoints.source_label(authorization.source),
        "connections": [str(each) for each in authorization.connections.order_by("name")],
    }


def _send_away(
    request: HttpRequest, authorization: Authorization, *, draft: Draft, project: Project
) -> HttpResponse:
    page = draft.with_authorization(authorization).page(project)
    try:
        address = authorize.begin(
            authorization,
            person=signed_in(request),
            redirect_uri=_return_address(),
            return_to=page,
        )
    except BadInput as problem:
        return _failed(request, problem, back=page)
    return HttpResponseRedirect(address)


def _sign_in_application(
    request: HttpRequest, authorization: Authorization, *, draft: Draft, project: Project
) -> HttpResponse:
    try:
        authorize.sign_in_application(authorization)
    except Failure as failure:
        problems.tell(request, failure, source=authorization.source)
    else:
        messages.success(request, _("Access is authorized."))
    return answers.go_to(request, draft.with_authorization(authorization).page(project))


def _failed(request: HttpRequest, failure: Failure, *, back: str, source: str = "") -> HttpResponse:
    context = {
        "explanation": sentences.explain_failure(failure, source=source),
        "detail": failure.detail,
        "back": back,
    }
    return render(request, "connections/authorization_failed.html", context, status=422)


def _return_address() -> str:
    return f"{settings.PUBLIC_URL}{reverse('authorization-return')}"
