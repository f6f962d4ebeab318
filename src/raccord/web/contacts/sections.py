"""A contact's fields in their sections, as its page and its forms show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields, Section, sections
from raccord.engine.records import FieldSpec, FieldType
from raccord.web.contacts.forms import ContactForm
from raccord.web.contacts.shown import Shown, shown


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of the contact's page. empty: the fields that hold nothing."""

    title: str
    filled: list[Shown]
    empty: list[Shown]


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of a form; without a title where it is the only one."""

    title: str
    fields: list[BoundField]


def sections_of(project: Project, contact: Contact) -> list[ShownSection]:
    """Everything but the consents, which have a place of their own."""
    typed = ProjectFields.of(project).typed(contact.values)
    found = []
    for section in sections(project):
        specs = [spec for spec in section.specs if spec.type is not FieldType.CONSENT]
        values = [shown(spec, typed[spec.key]) for spec in specs]
        filled = [value for value in values if value.text]
        empty = [value for value in values if not value.text]
        if values:
            found.append(ShownSection(_title(section), filled, empty))
    return found


def specs_in_order(project: Project) -> list[FieldSpec]:
    """The fields in the order in which the sections show them."""
    return [spec for section in sections(project) for spec in section.specs]


def form_sections(
    project: Project, form: ContactForm, *, without: Sequence[str] = ()
) -> list[FormSection]:
    """The form's fields by section; `without` are keys that stand elsewhere on the page."""
    found = []
    for section in sections(project):
        keys = [spec.key for spec in section.specs]
        fields = [form[key] for key in keys if key in form.fields and key not in without]
        if fields:
            found.append(FormSection(_title(section), fields))
    if len(found) == 1:
        found[0] = FormSection("", found[0].fields)
    return found


def _title(section: Section) -> str:
    return str(section.group) if section.group else _("Details")
