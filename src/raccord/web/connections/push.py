"""The other side tells at once: its address on the connection's page, its secret in a pop-up.

A secret is in the answer to the request that made it, and nowhere afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, flows, receiving_address, sentences
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.plug_in import looking_after
from raccord.contacts.models import Project
from raccord.engine import polling
from raccord.engine.errors import BadInput
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.intervals import every
from raccord.web.receive.views import address_of

PLACEHOLDER = "…"


@dataclass(frozen=True, slots=True)
class Push:
    """How it stands. url: "" while there is no address. events_today: by UTC. refusal: of the last
    message that was refused, None if there was none; over: whether one was taken since.
    former_until: a secret that was replaced holds until then. soonest, quiet: how often the other
    side is asked anyway. public: whether the address can be reached from outside. comes_in: whether
    what is told concerns any data type. example: commands that send a test message."""

    url: str
    address: ReceivingAddress | None
    events_today: int
    refusal: sentences.Explanation | None
    over: bool
    former_until: datetime | None
    soonest: str
    quiet: str
    public: bool
    comes_in: bool
    example: str


class SecretForm(forms.Form):
    """Which secret the person was shown; another one may have been made since."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def push_of(connection: Connection) -> Push | None:
    """What the connection's page says; None if its source tells nothing by itself."""
    if not receiving_address.offered(connection.source):
        return None
    address = receiving_address.of_connection(connection)
    url = _url(address) if address else ""
    return Push(
        url=url,
        address=address,
        events_today=_events_today(address),
        refusal=_refusal(connection, address),
        over=bool(
            address
            and address.received_at
            and address.refused_at
            and address.received_at > address.refused_at
        ),
        former_until=_former_until(address),
        soonest=every(polling.SOONEST),
        quiet=every(polling.LATEST),
        public=str(settings.PUBLIC_URL).startswith("https://"),
        comes_in=any(map(flows.receives, connection.transfers.filter(active=True))),
        example=_example(url, secret=PLACEHOLDER),
    )


@never_cache
def secret(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up: what a new secret means; then the secret, once."""
    connection = get_object_or_404(project.connections, pk=key)
    address = receiving_address.of_connection(connection)
    seen = address.generation if address else 0
    form = SecretForm(request.POST or None, initial={"seen": seen})
    context = {
        "form": form,
        "connection": connection,
        "address": address,
        "former_until": _former_until(address),
        "source": endpoints.source_label(connection.source),
        "told_to_plug_in": looking_after.has_plug_in(connection),
    }
    if request.method != "POST":
        return render(request, "connections/push_secret.html", context)
    try:
        # Without a number it was not our form that was sent, and no secret is worth guessing.
        shown = form.cleaned_data["seen"] if form.is_valid() else -1
        made = receiving_address.make_secret(connection, seen=shown)
    except BadInput as problem:
        again = SecretForm({"seen": seen})
        again.is_valid()
        problems.show(again, problem)
        return answers.invalid(request, "connections/push_secret.html", {**context, "form": again})
    looking_after.secret_changed(connection)
    url = _url(made.address)
    context |= {
        "url": url,
        "secret": made.secret,
        "example": _example(url, secret=made.secret),
        "former_until": _former_until(made.address),
    }
    return render(request, "connections/push_shown.html", context)


@require_POST
def close(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Take nothing at the address any more."""
    connection = get_object_or_404(project.connections, pk=key)
    receiving_address.close(connection)
    messages.success(request, _("The address is closed. Changes are asked for as before."))
    return answers.go_to(request, "connection", project.slug, key)


@require_POST
def reopen(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Take messages again, signed with the same secret."""
    connection = get_object_or_404(project.connections, pk=key)
    receiving_address.reopen(connection)
    messages.success(request, _("The address is open again."))
    return answers.go_to(request, "connection", project.slug, key)


def _url(address: ReceivingAddress) -> str:
    return address_of(address, public_url=settings.PUBLIC_URL)


def _events_today(address: ReceivingAddress | None) -> int:
    if address is None or address.events_on != datetime.now(UTC).date():
        return 0
    return address.events


def _refusal(
    connection: Connection, address: ReceivingAddress | None
) -> sentences.Explanation | None:
    if address is None or not address.refusal:
        return None
    return sentences.explain(connection.source, address.refusal)


def _former_until(address: ReceivingAddress | None) -> datetime | None:
    until = address.former_until if address else None
    return until if until and until > datetime.now(UTC) else None


def _example(url: str, *, secret: str) -> str:
    """A signed test message as one types it; the secret and the address are safe to quote."""
    return render_to_string("connections/push_example.txt", {"url": url, "secret": secret}).strip()
