"""What a contact is called: by name where there is one, and by what identifies it."""

from __future__ import annotations

from raccord.contacts.models import Contact
from raccord.contacts.project_fields import ProjectFields
from raccord.web.contacts.shown import in_words

# Keys of fields that hold a person's name, in the order in which they are read.
NAMES = (
    ("first_name", "last_name"),
    ("prenom", "nom"),
    ("full_name",),
    ("nom_complet",),
    ("name",),
)


def headline(fields: ProjectFields, contact: Contact) -> str:
    """The contact's name, else what identifies it."""
    for keys in NAMES:
        if name := _joined(fields, contact, keys, between=" "):
            return name
    return identity(fields, contact)


def identity(fields: ProjectFields, contact: Contact) -> str:
    """The values of the unique key, such as the e-mail address."""
    keys = tuple(spec.key for spec in fields.key_specs)
    return _joined(fields, contact, keys, between=" · ") or contact.key


def _joined(fields: ProjectFields, contact: Contact, keys: tuple[str, ...], *, between: str) -> str:
    typed = fields.typed(contact.values)
    texts = (in_words(fields.specs[key], typed[key]) for key in keys if key in fields.specs)
    return between.join(text for text in texts if text)
