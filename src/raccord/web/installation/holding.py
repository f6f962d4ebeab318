"""What this installation is, why it is held, and a person's answer to that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord import __version__
from raccord.connections.models import Authorization, Integration, IntegrationState
from raccord.engine.errors import BadInput
from raccord.installation import hold
from raccord.installation.hold_words import because
from raccord.installation.models import HeldBecause
from raccord.sync import after_hold
from raccord.web.base.answers import go_to
from raccord.web.base.person import signed_in
from raccord.web.connections import problems


def show(request: HttpRequest) -> HttpResponse:
    """Its identity, and whether anything is held."""
    row = hold.current()
    context = {
        "installation": row,
        "because": because(row) if row else "",
        "version": __version__,
    }
    return render(request, "installation/page.html", context)


def go_on(request: HttpRequest) -> HttpResponse:
    """Pop-up: what will happen; then everything goes on."""
    if request.method != "POST":
        return render(request, "installation/original.html", _counted())
    try:
        begun = after_hold.go_on(person=signed_in(request).email)
    except BadInput as refused:
        problems.tell(request, refused)
        return go_to(request, "installation")
    messages.success(request, _("Everything goes on."))
    if begun:
        text = ngettext(
            "%(count)d comparison of both sides has begun.",
            "%(count)d comparisons of both sides have begun.",
            begun,
        )
        messages.success(request, text % {"count": begun})
    return go_to(request, "installation")


def become_copy(request: HttpRequest) -> HttpResponse:
    """Pop-up: what will happen; then this is an installation of its own."""
    if request.method != "POST":
        return render(request, "installation/copy.html", _counted())
    after_hold.become_copy(person=signed_in(request).email)
    messages.success(request, _("This is an installation of its own now, connected to nothing."))
    return go_to(request, "installation")


def hold_everything(request: HttpRequest) -> HttpResponse:
    """Pop-up: what will happen; then nothing is exchanged any more."""
    if request.method != "POST":
        return render(request, "installation/hold.html")
    hold.hold(HeldBecause.ASKED)
    messages.success(request, _("Everything is held."))
    return go_to(request, "installation")


def _counted() -> dict[str, int]:
    return {
        "active": Integration.objects.filter(state=IntegrationState.ACTIVE).count(),
        "authorizations": Authorization.objects.count(),
    }
