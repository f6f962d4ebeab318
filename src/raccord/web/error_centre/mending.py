"""What a field mapping can do about a cause, done where its records are: cut, or fill in.

Both show first what will be sent, then change the mapping, and try the whole group again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.connections import describing, mending
from raccord.connections.models import FieldMapping
from raccord.connections.specs import field_pair
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput, Failure, SchemaChanged
from raccord.engine.mapping import outward
from raccord.engine.parsing import parse
from raccord.engine.records import FieldPair
from raccord.engine.schema import RemoteField
from raccord.sync.parked import groups
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.contacts.forms import ContactForm, raw
from raccord.web.contacts.naming import headline
from raccord.web.contacts.shown import in_words
from raccord.web.error_centre import trying, words
from raccord.web.error_centre.words import ShownGroup

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class ShownCut:
    """A text of a contact: what will be sent, and what will be missing there."""

    contact: Contact
    name: str
    kept: str
    lost: str


def cut(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Show what will be cut; once confirmed, cut and try all of them again."""
    shown, line = _mended(project, cause)
    if shown is None or line is None:
        return _gone(request, project)
    try:
        remote = _remote(line)
        if request.method == "POST":
            mending.cut(line, remote)
            return trying.begin(request, project, cause)
        if not mending.may_cut(line, remote):
            raise BadInput(mending.NOT_CUT, {"field": str(line.field)})
    except Failure as failure:
        return _refused(request, project, shown, failure)
    pair = mending.as_cut(field_pair(line, remote=remote))
    context = {
        "shown": shown,
        "field": str(line.field),
        "remote": remote.label,
        "longest": remote.max_length,
        "cuts": _cuts(project, shown, pair),
    }
    return render(request, "error_centre/cut.html", context)


def fill(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """Ask for the value to send where ours is empty; once it is stored, try all of them again."""
    shown, line = _mended(project, cause)
    if shown is None or line is None:
        return _gone(request, project)
    context = _filling(line) | {"shown": shown}
    if request.method != "POST":
        return render(request, "error_centre/fill.html", context)
    problem = _store(request, line)
    if problem is not None:
        form = _form(line, request.POST)
        context |= {"form": form, "problem": problems.in_words(problem)}
        return answers.invalid(request, "error_centre/fill.html", context)
    return trying.begin(request, project, cause)


def when_empty(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The same from the field mapping: change the value, or send nothing any more."""
    lines = FieldMapping.objects.select_related("field", "transfer__connection")
    line = get_object_or_404(lines, pk=key, transfer__connection__project=project)
    context = _filling(line)
    if request.method != "POST":
        return render(request, "error_centre/fill.html", context)
    if "nothing" in request.POST:
        mending.send_when_empty(line, None)
        messages.success(request, _("Nothing is sent any more where the field is empty."))
    else:
        problem = _store(request, line)
        if problem is not None:
            form = _form(line, request.POST)
            context |= {"form": form, "problem": problems.in_words(problem)}
            return answers.invalid(request, "error_centre/fill.html", context)
        messages.success(request, _("The value is saved."))
    return answers.go_to(request, "connection", project.slug, line.transfer.connection_id)


def _mended(project: Project, cause: str) -> tuple[ShownGroup | None, FieldMapping | None]:
    shown = words.shown_cause(project, cause)
    if shown is None or shown.mending is None or not shown.is_out:
        return shown, None
    return shown, shown.mending.line


def _gone(request: HttpRequest, project: Project) -> HttpResponse:
    messages.info(request, _("Nothing waits for that reason any more."))
    return answers.go_to(request, "error-centre", project.slug)


def _refused(
    request: HttpRequest, project: Project, shown: ShownGroup, failure: Failure
) -> HttpResponse:
    problems.tell(request, failure, source=shown.transfer.connection.source)
    return answers.go_to(request, "cause", project.slug, shown.key)


def _remote(line: FieldMapping) -> RemoteField:
    """Their field as it is now. Raises what asking them raises."""
    found = describing.described(line.transfer, fresh=True).fields.get(line.remote_field)
    if found is None:
        raise SchemaChanged(describing.FIELD_GONE)
    return found


def _cuts(project: Project, shown: ShownGroup, pair: FieldPair) -> list[ShownCut]:
    """The first ones, each with what stays and what is lost."""
    fields = ProjectFields.of(project)
    items = groups.contacts_of(shown.group.cause, offset=0, limit=EXAMPLES)
    contacts = Contact.objects.filter(project=project).in_bulk([item.contact for item in items])
    found = []
    for item in items:
        contact = contacts.get(item.contact)
        whole = fields.typed(contact.values)[pair.local.key] if contact else None
        kept = outward(pair, whole) if isinstance(whole, str) else None
        if contact and isinstance(whole, str) and isinstance(kept, str):
            found.append(ShownCut(contact, headline(fields, contact), kept, whole[len(kept) :]))
    return found


def _filling(line: FieldMapping) -> dict[str, Any]:
    if line.field.spec().type == "consent":
        raise Http404
    spec = line.field.spec()
    value = mending.shown_when_empty(line)
    return {
        "line": line,
        "field": str(line.field),
        "remote": _label_there(line),
        "connection": line.transfer.connection,
        "form": _form(line),
        "present": in_words(spec, value) if value is not None else "",
    }


def _form(line: FieldMapping, posted: Any = None) -> ContactForm:
    spec = line.field.spec()
    return ContactForm([spec], {spec.key: raw(mending.shown_when_empty(line))}, posted)


def _store(request: HttpRequest, line: FieldMapping) -> BadInput | None:
    """Why the posted value cannot be, None once it is stored."""
    form, spec = _form(line, request.POST), line.field.spec()
    form.is_valid()  # takes everything: what a field cannot hold is refused below
    try:
        value = parse(spec, form.changes().get(spec.key))
        if value is None:
            return BadInput("raccord.parked.no_value", at=spec.key)
        mending.send_when_empty(line, value)
    except BadInput as refused:
        return refused
    return None


def _label_there(line: FieldMapping) -> str:
    described = (line.transfer.description or {}).get("fields", ())
    labels = {field["name"]: field["label"] for field in described}
    return str(labels.get(line.remote_field) or line.remote_field)
