"""The page of an integration: the last comparison of each data type, and when the next one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, specs
from raccord.connections.models import DataTransfer, Integration, IntegrationState
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.sync.models import Link, LinkState
from raccord.sync.reconcile import runs, timetable
from raccord.sync.reconcile.models import Cause, Reconciliation, Rhythm
from raccord.web.base import answers
from raccord.web.base.person import signed_in
from raccord.web.connections import problems
from raccord.web.connections.integrations import of_project
from raccord.web.reconcile import summary, words
from raccord.web.reconcile.words import Text

EARLIER = 20


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One data type: its latest comparison that came to an end, and the one that goes on.

    least, most: the calls that a comparison takes; most is None while nobody knows how many
    records there are.
    """

    transfer: DataTransfer
    label: str
    done: Reconciliation | None
    sentence: str
    drift: int
    going_on: Reconciliation | None
    percent: int
    least: int
    most: int | None


class TimesForm(forms.Form):
    """When both sides are compared without being asked."""

    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day, if every week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At what hour"),
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        coerce=int,
    )
    repair = forms.BooleanField(
        label=gettext_lazy("Repair at once what differs without a rule"),
        required=False,
        help_text=gettext_lazy(
            "Without it, what was found is listed here, and you decide when to repair it."
        ),
    )


def page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The page as it stands."""
    integration = of_project(project, key)
    times = timetable.of_connection(integration.connection)
    initial = {name: getattr(times, name) for name in TimesForm.base_fields}
    return render(request, "reconcile/page.html", _context(integration, TimesForm(initial=initial)))


@require_POST
def start(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Begin comparing the data type that was chosen, or all of them."""
    integration = of_project(project, key)
    chosen = request.POST.get("transfer", "")
    active = integration.connection.transfers.filter(active=True)
    transfers = active.filter(pk=int(chosen)) if _is_key(chosen) else active.none()
    wanted = list(active if not chosen else transfers)
    if not wanted:
        problems.tell(request, BadInput(runs.NOT_ACTIVE))
    begun = []
    for transfer in wanted:
        try:
            begun.append(_begin(request, transfer))
        except BadInput as problem:
            problems.tell(request, problem)
    if begun:
        said = ngettext(
            "The comparison has begun. It goes on if you leave this page.",
            "The comparisons have begun. They go on if you leave this page.",
            len(begun),
        )
        messages.success(request, said)
    if len(begun) == 1:
        return redirect("reconciliation", project.slug, begun[0].pk)
    return redirect("reconcile", project.slug, key)


@require_POST
def times(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Save when to compare without being asked."""
    integration = of_project(project, key)
    form = TimesForm(request.POST)
    if not form.is_valid():
        return answers.invalid(request, "reconcile/page.html", _context(integration, form))
    try:
        timetable.choose(integration.connection, **form.cleaned_data)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, _("The timetable is saved."))
    return redirect("reconcile", project.slug, key)


def _begin(request: HttpRequest, transfer: DataTransfer) -> Reconciliation:
    return runs.begin(transfer, cause=Cause.PERSON, started_by=signed_in(request).email)


def _context(integration: Integration, form: TimesForm) -> dict[str, Any]:
    connection = integration.connection
    transfers = list(connection.transfers.select_related("connection"))
    source = connection.source
    per_call = (
        endpoints.declaration_of(source).limits.rows_per_read if endpoints.installed(source) else 1
    )
    return {
        "integration": integration,
        "connection": connection,
        "source_label": endpoints.source_label(source),
        "is_active": integration.state == IntegrationState.ACTIVE,
        "types": _types([each for each in transfers if each.active], per_call=per_call),
        "per_call": per_call,
        "form": form,
        "next_at": timetable.of_connection(connection).next_at,
        "earlier": _earlier(transfers),
    }


def _types(transfers: list[DataTransfer], *, per_call: int) -> list[TypeRow]:
    keys = [each.pk for each in transfers]
    newest, done = runs.latest(keys), runs.latest_done(keys)
    return [
        _type(each, newest.get(each.pk), done.get(each.pk), per_call=per_call) for each in transfers
    ]


def _type(
    transfer: DataTransfer,
    newest: Reconciliation | None,
    done: Reconciliation | None,
    *,
    per_call: int,
) -> TypeRow:
    going_on = newest if newest is not None and not newest.is_over else None
    linked = Link.objects.filter(transfer=transfer, state=LinkState.LINKED).count()
    least = -(-linked // per_call) + 1
    theirs = done.theirs if done else None
    total = going_on.total if going_on else 0
    return TypeRow(
        transfer=transfer,
        label=specs.data_type(transfer).label,
        done=done,
        sentence=summary.sentence(done) if done else "",
        drift=runs.drift_left(done) if done else 0,
        going_on=going_on,
        percent=min(100, going_on.done * 100 // total) if going_on and total else 0,
        least=least,
        most=least - (-theirs // per_call) if theirs is not None else None,
    )


def _earlier(transfers: list[DataTransfer]) -> list[tuple[Reconciliation, str, Text, str, int]]:
    """(run, data type, why it was begun, result, drift) of the latest runs, newest first."""
    labels = {each.pk: specs.data_type(each).label for each in transfers}
    found = Reconciliation.objects.filter(transfer__in=transfers).order_by("-pk")[:EARLIER]
    return [
        (
            run,
            labels[run.transfer_id],
            words.CAUSES[run.cause],
            summary.sentence(run),
            runs.drift_left(run),
        )
        for run in found
    ]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
