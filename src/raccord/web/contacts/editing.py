"""Create and edit a contact. What two people changed at once is shown side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from raccord.contacts import changes, history, keepers
from raccord.contacts.changes import EditResult, InvalidContact
from raccord.contacts.messages import explain
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Value
from raccord.sync.received_fields import received_fields
from raccord.web.base.answers import invalid
from raccord.web.base.person import origin
from raccord.web.base.problems import show_problems
from raccord.web.contacts.actors import Actors
from raccord.web.contacts.forms import ContactForm, raw
from raccord.web.contacts.naming import headline
from raccord.web.contacts.sections import form_sections, specs_in_order
from raccord.web.contacts.shown import in_words

CHOOSE = "choose-"
THEIRS = "theirs"
WAS = "was-"
INITIAL = "initial-"


@dataclass(frozen=True, slots=True)
class ShownClash:
    """A field that this person and somebody else changed: what it was, what each wants.

    name: of the question. before: the name and values by which the form remembers what it was.
    """

    field: BoundField
    was: str
    now: str
    typed: str
    name: str
    before: tuple[str, list[str]]


def create(request: HttpRequest, project: Project) -> HttpResponse:
    """A new contact."""
    received = keepers.kept_of_new(project)
    form = ContactForm.blank(specs_in_order(project), request.POST or None, received=received)
    context = {
        "form": form,
        "sections": form_sections(project, form),
        "has_key": bool(project.key_specs()),
    }
    if request.method != "POST":
        return render(request, "contacts/create.html", context)
    form.full_clean()
    try:
        contact = changes.create(project, form.changes(), origin=origin(request))
    except InvalidContact as refused:
        show_problems(form, refused.problems)
        return invalid(request, "contacts/create.html", context)
    messages.success(request, _("The contact was added."))
    if "another" in request.POST:
        return redirect("contact-create", project.slug)
    return redirect("contact", project.slug, contact.pk)


def edit(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Change a contact: only what the person changed is written."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    fields = ProjectFields.of(project)
    newest = history.newest(contact)
    values = fields.typed(contact.values)
    form = ContactForm.of(
        specs_in_order(project),
        values,
        _posted(request) or None,
        received=received_fields(contact),
    )
    context = {
        "form": form,
        "sections": form_sections(project, form),
        "contact": contact,
        "headline": headline(fields, contact),
        "since": newest.id if newest else 0,
    }
    if request.method != "POST":
        return render(request, "contacts/edit.html", context)
    form.full_clean()
    try:
        result = _save(request, project, contact, form)
    except InvalidContact as refused:
        show_problems(form, refused.problems)
        return invalid(request, "contacts/edit.html", context)
    if result.clashes:
        return _ask(request, project, context, form, result)
    _say(request, result)
    return redirect("contact", project.slug, contact.pk)


def meanwhile(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """For a form that is still open: who changed the contact since, if anybody did."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    newest = history.newest(contact)
    since = request.GET.get("since", "")
    if newest is None or not since.isdecimal() or newest.id == int(since[:18]):
        return HttpResponse(status=204)
    context = {"contact": contact, "who": Actors(project, [newest]).who(newest)}
    return render(request, "contacts/meanwhile.html", context)


def _posted(request: HttpRequest) -> QueryDict:
    """What was posted; a question about a clash that was not answered is asked again."""
    data = request.POST.copy()
    for name in request.POST:
        key = name.removeprefix(WAS)
        if name.startswith(WAS) and f"{CHOOSE}{key}" not in request.POST:
            data.setlist(f"{INITIAL}{key}", request.POST.getlist(name))
    return data


def _save(
    request: HttpRequest, project: Project, contact: Contact, form: ContactForm
) -> EditResult:
    """Write what the person changed, without what they have just given up in a clash."""
    given_up = {
        name.removeprefix(CHOOSE)
        for name, choice in request.POST.items()
        if name.startswith(CHOOSE) and choice == THEIRS
    }
    kept = {key: value for key, value in form.changes().items() if key not in given_up}
    return changes.edit(project, contact.pk, kept, rendered=form.rendered(), origin=origin(request))


def _ask(
    request: HttpRequest,
    project: Project,
    context: dict[str, Any],
    form: ContactForm,
    result: EditResult,
) -> HttpResponse:
    """Show what is now and what was typed; the next answer is judged against what is now."""
    data = QueryDict(mutable=True)
    data.update(request.POST)
    for key, clash in result.clashes.items():
        data.setlist(f"{INITIAL}{key}", _listed(clash.now))
    again = ContactForm(
        list(form.specs.values()), form.initial, data, autofocus=False, received=form.received
    )
    clashes = [
        ShownClash(
            again[key],
            was=in_words(form.specs[key], clash.rendered),
            now=in_words(form.specs[key], clash.now),
            typed=in_words(form.specs[key], clash.posted),
            name=f"{CHOOSE}{key}",
            before=(f"{WAS}{key}", _listed(clash.rendered)),
        )
        for key, clash in result.clashes.items()
    ]
    others = form_sections(project, again, without=list(result.clashes))
    shown = context | {"form": again, "clashes": clashes, "sections": others}
    return render(request, "contacts/clash.html", shown, status=409)


def _listed(value: Value) -> list[str]:
    """A typed value as its control posts it."""
    posted = raw(value)
    return posted if isinstance(posted, list) else [posted]


def _say(request: HttpRequest, result: EditResult) -> None:
    if result.changed:
        messages.success(request, _("The contact was saved."))
    elif not result.refused:
        messages.info(request, _("Nothing was changed."))
    for problem in result.refused:
        messages.warning(request, explain(problem.code, problem.params))
