"""What people read when a contact, a field or a file is refused: rendered when it is shown.

Codes and parameters are what is stored; the sentences are made from them in the reader's
language, so that a translation can be bettered after the fact.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raccord.engine.sentences import VALUE_SENTENCES

CONTACT_SENTENCES: Mapping[str, str] = {
    "raccord.contact.unknown_field": gettext_noop("This project has no field “%(field)s”."),
    "raccord.contact.key_taken": gettext_noop(
        "Another contact has the same unique key. Open that one, or correct “%(field)s”."
    ),
    "raccord.contact.missing": gettext_noop("This contact does not exist."),
    "raccord.contact.deleted": gettext_noop("This contact was deleted meanwhile."),
    "raccord.contact.no_key": gettext_noop(
        "This project has no unique key yet. Choose it before adding contacts."
    ),
    "raccord.consent.needs_person": gettext_noop(
        "This person has opted out. Only a person can lift that, on the contact's own page or in "
        "a form."
    ),
}

PROJECT_SENTENCES: Mapping[str, str] = {
    "raccord.project.name": gettext_noop("Give a name of at most 120 characters."),
    "raccord.project.name_taken": gettext_noop("Another project has this name."),
    "raccord.project.slug": gettext_noop(
        "Use lower-case letters, digits and hyphens, at most 60 of them."
    ),
    "raccord.project.slug_taken": gettext_noop("Another project has this short name."),
    "raccord.project.languages": gettext_noop("Choose at least one of the languages offered."),
    "raccord.project.time_zone": gettext_noop("Choose a time zone such as Europe/Paris."),
    "raccord.field.key": gettext_noop(
        "Use lower-case letters, digits and underscores, beginning with a letter; at most 60."
    ),
    "raccord.field.key_reserved": gettext_noop(
        "“%(key)s” is something that every contact has anyway. Choose another key."
    ),
    "raccord.field.key_taken": gettext_noop("This project already has a field “%(key)s”."),
    "raccord.field.label": gettext_noop("Give a label of at most 120 characters."),
    "raccord.field.choices_missing": gettext_noop("Give at least one choice."),
    "raccord.field.choices_not_for_type": gettext_noop("Fields of this type have no choices."),
    "raccord.field.choice": gettext_noop(
        "“%(choice)s” cannot be a choice: no semicolons, no spaces around, at most 255 characters."
    ),
    "raccord.field.choice_twice": gettext_noop("Two choices are the same."),
    "raccord.field.choice_in_use": gettext_noop("Contacts still have these values: %(choices)s."),
    "raccord.field.max_length": gettext_noop(
        "Only text has a length, and it can be from 1 to 32,000 characters."
    ),
    "raccord.field.longer_values": gettext_noop(
        "Contacts have longer values, of up to %(longest)s characters."
    ),
    "raccord.field.required_too_early": gettext_noop(
        "There are contacts without a value here. Give them one first, then require it."
    ),
    "raccord.field.type_in_use": gettext_noop(
        "Contacts with a value that this type cannot take over: %(count)s."
    ),
    "raccord.field.type_of_key": gettext_noop(
        "This field identifies contacts. Choose another unique key before changing its type."
    ),
    "raccord.field.in_key": gettext_noop(
        "This field identifies contacts. Choose another unique key before removing it."
    ),
    "raccord.field.mapped": gettext_noop(
        "This field is mapped to another system. Remove it from the field mapping first."
    ),
    "raccord.key.none": gettext_noop("Choose at least one field."),
    "raccord.key.twice": gettext_noop("Choose each field once."),
    "raccord.key.unknown_field": gettext_noop("This project has no field “%(field)s”."),
    "raccord.key.unfit_type": gettext_noop("“%(field)s” is of a type that identifies nobody."),
    "raccord.key.empty": gettext_noop(
        "Contacts without a value there: %(count)s. Nothing would tell them apart."
    ),
    "raccord.key.collides": gettext_noop(
        "Contacts with the same values there as another one: %(count)s."
    ),
}

IMPORT_SENTENCES: Mapping[str, str] = {
    "raccord.import.empty": gettext_noop("The file is empty."),
    "raccord.import.no_header": gettext_noop(
        "The first line could not be read as the names of the columns."
    ),
    "raccord.import.key_column_missing": gettext_noop(
        "The column that identifies a contact is missing: %(columns)s. The first line of the file "
        "must name the columns."
    ),
    "raccord.import.unknown_columns": gettext_noop(
        "These columns are no fields of the project: %(columns)s. Remove or rename them; the "
        "fields are: %(fields)s."
    ),
    "raccord.import.column_twice": gettext_noop(
        "The column “%(column)s” stands for a field that another column holds already."
    ),
    "raccord.import.encoding": gettext_noop(
        "Line %(line)s is not valid %(encoding)s. Save the file as “CSV UTF-8”, or name its "
        "encoding when you import it."
    ),
    "raccord.import.unknown_encoding": gettext_noop("The encoding “%(encoding)s” is unknown."),
    "raccord.import.undecodable": gettext_noop(
        "This cell is not valid UTF-8. Correct the characters that are shown wrongly."
    ),
    "raccord.import.line_too_long": gettext_noop(
        "The line is longer than %(kilobytes)s kilobytes."
    ),
    "raccord.import.unclosed_quote": gettext_noop(
        "A quotation mark is opened here and not closed properly."
    ),
    "raccord.import.quotes": gettext_noop(
        "The quotation marks are wrong: a cell that begins with one must end with one, and marks "
        "inside it are doubled."
    ),
    "raccord.import.too_few_cells": gettext_noop(
        "The line has %(found)s cells; the header has %(expected)s."
    ),
    "raccord.import.too_many_cells": gettext_noop(
        "The line has %(found)s cells; the header has %(expected)s. A cell that contains the "
        "delimiter must stand in quotation marks."
    ),
    "raccord.import.repeated_key": gettext_noop(
        "The same contact stands in line %(line)s already; the first one counts."
    ),
    "raccord.import.internal": gettext_noop(
        "Something went wrong on our side. What was imported before stays; the log says more."
    ),
}

VIEW_SENTENCES: Mapping[str, str] = {
    "raccord.view.name": gettext_noop("Give a name of at most 80 characters."),
    "raccord.view.name_taken": gettext_noop("You already have a view named “%(view)s”."),
    "raccord.view.too_many": gettext_noop(
        "You have %(most)s views in this project. Delete one that you no longer need."
    ),
    "raccord.view.missing": gettext_noop(
        "This view does not exist, or is not shared with you any more. All contacts are shown."
    ),
    "raccord.view.unreadable": gettext_noop(
        "What the view “%(view)s” shows could not be read. All contacts are shown."
    ),
    "raccord.address.filter": gettext_noop(
        "This filter in the address could not be read, and is left out: “%(filter)s”."
    ),
    "raccord.address.operator": gettext_noop(
        "This filter in the address compares in a way that does not exist, and is left out: "
        "“%(filter)s”."
    ),
    "raccord.address.too_many": gettext_noop(
        "At most %(most)s filters can be combined; the others are left out."
    ),
    "raccord.address.too_long": gettext_noop(
        "The search is cut after %(most)s characters; nobody is found by more."
    ),
    "raccord.address.columns": gettext_noop(
        "These columns do not exist, and are left out: %(columns)s."
    ),
    "raccord.address.sort": gettext_noop(
        "The list cannot be sorted by “%(field)s”; the latest change comes first instead."
    ),
    "raccord.columns.none": gettext_noop("Choose at least one column."),
}

SENTENCES: Mapping[str, str] = {
    **CONTACT_SENTENCES,
    **PROJECT_SENTENCES,
    **IMPORT_SENTENCES,
    **VIEW_SENTENCES,
}


def explain(code: str, parameters: Mapping[str, object] | None = None) -> str:
    """The sentence for a code, in the language that is active; the code itself if it has none."""
    if code in SENTENCES:
        return _(SENTENCES[code]) % (parameters or {})
    if code in VALUE_SENTENCES:
        what, advice = VALUE_SENTENCES[code]
        told = {"what": _(what) % (parameters or {}), "advice": _(advice)}
        return _("%(what)s %(advice)s") % told
    return code
