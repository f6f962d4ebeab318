"""One contact: its fields in sections, its consents, its links to other systems, its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raccord.contacts import evidence
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import ConsentEvidence, FieldType
from raccord.web.contacts.history import ShownEntry, consents_of, history_of
from raccord.web.contacts.links import links_of, undecided_of
from raccord.web.contacts.naming import headline
from raccord.web.contacts.sections import sections_of
from raccord.web.contacts.shown import in_words


@dataclass(frozen=True, slots=True)
class ShownConsent:
    """value: yes, no or "". proof: where it comes from, in words. history: what became of it."""

    key: str
    label: str
    value: str
    text: str
    proof: str
    history: list[ShownEntry]


def show(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """The contact's page; a deleted contact still has one, with its history."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    fields = ProjectFields.of(project)
    context = {
        "contact": contact,
        "headline": headline(fields, contact),
        "sections": sections_of(project, contact),
        "consents": _consents(project, fields, contact),
        "undecided": undecided_of(contact),
        **_links(project, contact),
        "history": history_of(project, contact),
    }
    return render(request, "contacts/page.html", context)


def links(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """The part of the page that changes by itself while something is under way."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    context = {"contact": contact, **_links(project, contact)}
    return render(request, "contacts/links.html", context)


def _links(project: Project, contact: Contact) -> dict[str, Any]:
    found = links_of(project, contact)
    return {"links": found, "under_way": any(link.look == "waiting" for link in found)}


def _consents(project: Project, fields: ProjectFields, contact: Contact) -> list[ShownConsent]:
    known = evidence.from_json(contact.evidence)
    histories = consents_of(project, contact)
    return [
        ShownConsent(
            key=key,
            label=spec.label,
            value=str(contact.values.get(key) or ""),
            text=in_words(spec, contact.values.get(key)),
            proof=_proof(known.get(key), histories[key]),
            history=histories[key],
        )
        for key, spec in fields.specs.items()
        if spec.type is FieldType.CONSENT
    ]


def _proof(found: ConsentEvidence | None, history: list[ShownEntry]) -> str:
    """When and how the consent came in."""
    if found is None or found.at is None:
        return _("Nobody has said anything about it yet.")
    kind, _colon, actor = found.source.partition(":")
    facts = {
        "when": date_format(timezone.localtime(found.at), "SHORT_DATETIME_FORMAT"),
        "who": history[0].who if history else actor,
        "source": actor if kind in ("bulk", "decision") else found.source,
    }
    sentences = {
        "person": _("Entered by %(who)s on %(when)s."),
        "form": _("Given on a web form on %(when)s."),
        "import": _("Imported by %(who)s on %(when)s."),
        "sync": _("Taken over from %(who)s on %(when)s."),
        "bulk": _("Changed by %(who)s on %(when)s. Reason given: %(source)s"),
        "decision": _("Decided by %(who)s on %(when)s. Reason given: %(source)s"),
        "api": _("Sent by another program on %(when)s."),
        "setup": _("Set up on %(when)s."),
    }
    return sentences.get(kind, _("Recorded by %(who)s on %(when)s. Source: %(source)s")) % facts
