"""From the list to a file: what is selected there is exported as the form says."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from raccord.contacts import exports
from raccord.contacts.exports.columns import WHY
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.exports.starting import LONGEST_NAME
from raccord.contacts.invalid import InvalidInput
from raccord.contacts.lists import counting
from raccord.contacts.lists.query import SYNC, standing
from raccord.contacts.messages import explain
from raccord.contacts.models import ExportRun, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput
from raccord.sync.counterparts import REMOTE_RECORDS
from raccord.sync.list_conditions import STANDINGS
from raccord.web.base.answers import invalid
from raccord.web.base.person import signed_in
from raccord.web.bulk.selected import Selected, list_seen, selected
from raccord.web.contacts.columns import shown_keys
from raccord.web.exports.forms import ExportForm
from raccord.web.templatetags.pieces import in_digits


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask how, then begin. A link to here with a list's parameters exports the whole list."""
    params = request.POST if request.method == "POST" else _whole_list(request.GET)
    person = signed_in(request)
    try:
        chosen = selected(params, project, person=person)
        count_text = _how_many(project, chosen)
    except (BadInput, InvalidInput) as refused:
        for problem in refused.problems if isinstance(refused, InvalidInput) else [refused]:
            messages.error(request, explain(problem.code, problem.params))
        seen = list_seen(params, project, person=person)
        return redirect(resolve_url("contacts", project.slug) + seen.written())
    form = _form(request, project, chosen)
    if form.is_bound and form.is_valid():
        try:
            run = _start(request, project, chosen, form)
        except InvalidInput as refused:
            form.show(refused.problems)
        else:
            return redirect("export", project.slug, run.pk)
    context = {
        "form": form,
        "count_text": count_text,
        "parameters": _parameters(chosen),
        "back": resolve_url("contacts", project.slug) + chosen.seen.written(),
    }
    if form.errors:
        return invalid(request, "exports/create.html", context)
    return render(request, "exports/create.html", context)


def _whole_list(given: QueryDict) -> QueryDict:
    params = given.copy()
    params["all"] = "1"
    return params


def _form(request: HttpRequest, project: Project, chosen: Selected) -> ExportForm:
    """Bound once its own fields were posted; the list posts only the selection."""
    fields = ProjectFields.of(project)
    return ExportForm(
        name=_usual_name(project, chosen),
        listed=shown_keys(chosen.seen, project, person=signed_in(request), fields=fields),
        known=exports.offered(project, fields, counterparts=REMOTE_RECORDS),
        also=_why(chosen),
        data=request.POST if "format" in request.POST or "name" in request.POST else None,
    )


def _why(chosen: Selected) -> list[str]:
    """Who exports what was refused for one cause wants to read why."""
    said = [one for each in chosen.query.conditions if each.field == SYNC for one in each.values]
    causes = (standing(one) for one in said)
    return [f"{WHY}{transfer}" for _state, transfer, cause in causes if cause]


def _start(request: HttpRequest, project: Project, chosen: Selected, form: ExportForm) -> ExportRun:
    return exports.start(
        project,
        chosen.query,
        columns=form.columns(),
        format=FileFormat(form.cleaned_data["format"]),
        name=form.cleaned_data["name"],
        started_by=signed_in(request).email,
        language=get_language() or "en",
        time_zone=project.time_zone,
        options=form.options(),
        elsewhere=STANDINGS,
        counterparts=REMOTE_RECORDS,
    )


def _usual_name(project: Project, chosen: Selected) -> str:
    view = chosen.seen.view
    today = timezone.localdate().isoformat()
    return f"{shortened(view.name if view else project.name, LONGEST_NAME - 12)} {today}"


def _how_many(project: Project, chosen: Selected) -> str:
    found = counting.count(project, chosen.query, elsewhere=STANDINGS)
    if found.more:
        return _("More than %(count)s contacts") % {"count": in_digits(found.number)}
    text = ngettext("%(count)s contact", "%(count)s contacts", found.number)
    return text % {"count": in_digits(found.number)}


def _parameters(chosen: Selected) -> list[tuple[str, str]]:
    """The selection once more, for the form's hidden fields."""
    if chosen.query.ids is not None:
        ticked = [("ids", str(one)) for one in chosen.query.ids]
    else:
        ticked = [("all", "1")]
    return [*chosen.seen.parameters(), *ticked]
