"""“Why this value?”: who set a field of a contact, by which rule, and what other systems hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from raccord.connections.models import IntegrationState
from raccord.connections.sentences import explain
from raccord.contacts import history
from raccord.contacts.blamed_fields import for_reader, labels_for_reader
from raccord.contacts.models import Contact, Field, OutboxState, Project
from raccord.contacts.project_fields import ProjectFields, typed_value
from raccord.engine.records import FieldSpec
from raccord.engine.standing import Standing
from raccord.sync import timeline
from raccord.sync.field_elsewhere import Elsewhere, elsewhere
from raccord.sync.models import LinkState
from raccord.sync.timeline import Entry, Wanted
from raccord.web.connections.mapping_words import direction_labels
from raccord.web.connections.their_records import address_of, text_of
from raccord.web.contacts.deliveries import ShownMove
from raccord.web.contacts.history import ShownEntry, entries_of, history_of
from raccord.web.contacts.naming import headline
from raccord.web.contacts.shown import in_words

LAST = 10


@dataclass(frozen=True, slots=True)
class ShownElsewhere:
    """The field in one other system. look: a badge's.

    theirs: None where it is not known, or the same. flow: in which direction the field flows.
    told: why it stands so.
    """

    connection: str
    object: str
    remote_field: str
    flow: str
    look: str
    state: str
    theirs: str | None
    told: str
    todo: str
    address: str
    decide: bool


@require_safe
def show(request: HttpRequest, project: Project, pk: int, field: str) -> HttpResponse:
    """Pop-up, or a page of its own: everything that is known of one field's value."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    known = Field.objects.filter(project=project, key=field).first()
    if known is None:
        raise Http404
    spec = known.spec()
    found = history_of(project, contact, wanted=Wanted(field), per_page=LAST)
    value = typed_value(spec, contact.values.get(field))
    context = {
        "contact": contact,
        "headline": headline(ProjectFields.of(project), contact),
        "spec": spec,
        "value": in_words(spec, value),
        "is_deleted": contact.deleted_at is not None,
        "set_by": _set_by(project, contact, spec),
        "elsewhere": [_elsewhere(each, contact, spec) for each in elsewhere(contact, field)],
        "entries": [_only(entry, field) for entry in found.entries],
        "has_more": bool(found.older),
    }
    return render(request, "contacts/why.html", context)


def _set_by(project: Project, contact: Contact, spec: FieldSpec) -> ShownEntry | None:
    """The last change of the field; None if none was written down."""
    entry = history.last_of_field(contact, spec.key)
    if entry is None:
        return None
    (change,) = history.typed(contact, [entry])
    brought = timeline.came_with([entry]).get(entry.id)
    (shown,) = entries_of(project, [Entry(entry.at, change, brought)])
    return _only(shown, spec.key)


def _only(entry: ShownEntry, key: str) -> ShownEntry:
    """The entry as far as it is about this field; its rule where the field's stands."""
    changes: list[ShownMove] = [change for change in entry.changes if change.key == key]
    return replace(entry, changes=changes, folded=False, undoable=False)


def _elsewhere(each: Elsewhere, contact: Contact, spec: FieldSpec) -> ShownElsewhere:
    source = each.transfer.connection.name
    look, state, told, todo = _told(each, source)
    theirs = None
    if each.known and each.pair is not None and each.standing is not Standing.SAME:
        theirs = text_of(each.pair, each.theirs)
    flows = {str(key): text for key, text in direction_labels(source).items()}
    remote = each.pair.remote.label if each.pair is not None else ""
    return ShownElsewhere(
        connection=source,
        object=each.transfer.object,
        remote_field=remote or each.line.remote_field,
        flow=flows.get(each.line.direction, ""),
        look=look,
        state=state,
        theirs=theirs,
        told=told,
        todo=todo,
        address=address_of(each.transfer, (each.link.remote_id if each.link else None) or ""),
        decide=each.asked,
    )


def _told(each: Elsewhere, source: str) -> tuple[str, str, str, str]:
    """A badge's look and words; why it stands so, and what helps."""
    facts = {"source": source}
    if each.line.paused_reason:
        why = explain(each.transfer.connection.source, each.line.paused_reason, _about(each))
        return "paused", _("Paused"), why.what, why.todo
    if each.asked:
        told = _("Changed here and in %(source)s: a person has to decide which value holds.")
        return "warning", _("Needs a decision"), told % facts, ""
    if each.link is None or each.link.state != LinkState.LINKED:
        return _without_counterpart(each, facts)
    if each.standing is Standing.TO_SEND or each.standing is Standing.NOT_COMPARED:
        return _on_its_way(each, facts)
    return _settled(each, facts)


def _without_counterpart(each: Elsewhere, facts: dict[str, str]) -> tuple[str, str, str, str]:
    if each.link is not None and each.link.state != LinkState.CREATING:
        told = _("The contact is not linked with a record of %(source)s any more.")
        return "off", str(each.link.get_state_display()), told % facts, ""
    if each.item is not None and each.item.state != OutboxState.DUE:
        return _stopped(each)
    if each.link is None and each.item is None:
        told = _("The contact is not linked with a record of %(source)s.")
        return "neutral", _("Not linked"), told % facts, ""
    told = _("The record in %(source)s is being made.")
    return "waiting", _("Being created"), told % facts, ""


def _on_its_way(each: Elsewhere, facts: dict[str, str]) -> tuple[str, str, str, str]:
    if each.item is not None and each.item.state != OutboxState.DUE:
        return _stopped(each)
    if each.item is not None:
        told = _("The value from here is on its way to %(source)s.")
        return "waiting", _("Waiting to be sent"), told % facts, ""
    integration = getattr(each.transfer.connection, "integration", None)
    if integration is None or integration.state != IntegrationState.ACTIVE:
        told = _("Nothing is sent to %(source)s now: the integration is not active.")
        return "paused", _("Not sent"), told % facts, ""
    told = _("It is compared with %(source)s the next time that either side changes.")
    return "neutral", _("Not compared yet"), told % facts, ""


def _stopped(each: Elsewhere) -> tuple[str, str, str, str]:
    """Refused, or held: with the reason."""
    assert each.item is not None  # noqa: S101 - what we are here for
    refused = each.item.state == OutboxState.PARKED
    look, state = ("danger", _("Refused")) if refused else ("paused", _("Held"))
    labels = labels_for_reader(each.transfer.connection.project_id)
    parameters = for_reader(each.item.parameters, labels)
    why = explain(each.transfer.connection.source, each.item.reason, parameters)
    return look, state, why.what, why.todo


def _settled(each: Elsewhere, facts: dict[str, str]) -> tuple[str, str, str, str]:
    sentences = {
        Standing.SAME: _("%(source)s holds the same."),
        Standing.NOT_TAKEN: _(
            "%(source)s holds another value. This field is only sent: nothing is taken from there."
        ),
        Standing.NOT_SENT: _(
            "%(source)s holds another value. This field comes from there only: nothing is sent."
        ),
        Standing.REWRITTEN: _(
            "%(source)s cut or rewrote what it was sent. Neither side changed it since, so both "
            "stay as they are."
        ),
        Standing.UNFIT: _("The two fields do not convert any more; map the field anew."),
    }
    told = sentences[each.standing] % facts
    if each.standing is Standing.SAME:
        return "ok", _("The same"), told, ""
    return "warning", _("Differs"), told, ""


def _about(each: Elsewhere) -> dict[str, str]:
    return {"field": str(each.line.field), "remote": each.line.remote_field}
