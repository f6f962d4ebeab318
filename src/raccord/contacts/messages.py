"""What people read when a contact, a field or a file is refused: rendered when it is shown.

Codes and parameters are what is stored; the sentences are made from them in the reader's
language, so that a translation can be bettered after the fact.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raccord.contacts.lists.sentences import LIST_SENTENCES
from raccord.engine.sentences import VALUE_SENTENCES

CONTACT_SENTENCES: Mapping[str, str] = {
    "raccord.contact.unknown_field": gettext_noop("This project has no field “%(field)s”."),
    "raccord.contact.key_taken": gettext_noop(
        "Another contact has the same unique key. Open that one, or correct “%(field)s”."
    ),
    "raccord.contact.missing": gettext_noop("This contact does not exist."),
    "raccord.contact.deleted": gettext_noop("This contact was deleted meanwhile."),
    "raccord.contact.other_type": gettext_noop(
        "“%(field)s” is of another type now and cannot hold the earlier value."
    ),
    "raccord.contact.field_gone": gettext_noop("“%(field)s” is no field of this project any more."),
    "raccord.contact.no_key": gettext_noop(
        "This project has no unique key yet. Choose it before adding contacts."
    ),
    "raccord.contact.kept_elsewhere": gettext_noop(
        "“%(field)s” comes from %(connection)s and was left as it is; change it there."
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
    "raccord.field.choice_twice": gettext_noop("The choice “%(choice)s” stands there twice."),
    "raccord.field.choice_label": gettext_noop(
        "A label of the choice “%(choice)s” does not fit: at most 120 characters, on one line."
    ),
    "raccord.field.too_many_choices": gettext_noop("A field has at most %(most)s choices."),
    "raccord.field.choice_in_use": gettext_noop(
        "Contacts still have values that are not among the choices: %(choices)s. The number of "
        "contacts stands in parentheses. Keep these choices, or change those contacts first."
    ),
    "raccord.field.max_length": gettext_noop(
        "Only text has a length, and it can be from 1 to 32,000 characters."
    ),
    "raccord.field.longer_values": gettext_noop(
        "Contacts have longer values, of up to %(longest)s characters."
    ),
    "raccord.field.required_too_early": gettext_noop(
        "Contacts without a value here: %(count)s. Give them one first, then require it."
    ),
    "raccord.field.type_in_use": gettext_noop(
        "Contacts with a value that this type cannot take over: %(count)s. Add a new field "
        "instead, or empty this one first."
    ),
    "raccord.field.type_of_mapped": gettext_noop(
        "This field is mapped to another system. Remove it from the field mapping before changing "
        "its type."
    ),
    "raccord.field.group": gettext_noop("This group does not exist (any more)."),
    "raccord.field.too_many": gettext_noop("A project has at most %(most)s fields."),
    "raccord.field.retired": gettext_noop("This field is retired. Bring it back to change it."),
    "raccord.field.not_retired": gettext_noop(
        "Contacts have values in this field: %(count)s. Retire it first; a retired field can be "
        "removed with its values."
    ),
    "raccord.field.type_of_key": gettext_noop(
        "This field identifies contacts. Choose another unique key before changing its type."
    ),
    "raccord.field.in_key": gettext_noop(
        "This field identifies contacts. Choose another unique key first."
    ),
    "raccord.field.mapped": gettext_noop(
        "This field is mapped to another system. Remove it from the field mapping first."
    ),
    "raccord.group.label": gettext_noop("Give a name of at most 120 characters."),
    "raccord.group.label_taken": gettext_noop("Another group has this name."),
    "raccord.group.too_many": gettext_noop("A project has at most %(most)s groups."),
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
        "The same contact stands in line %(line)s already; the first one counts. Leave this line "
        "out when you import a corrected file: it would overwrite that one."
    ),
    "raccord.import.exists": gettext_noop(
        "This contact exists already, and this import only adds new ones."
    ),
    "raccord.import.unknown_contact": gettext_noop(
        "There is no such contact, and this import only updates those that exist."
    ),
    "raccord.import.left_lying": gettext_noop(
        "Nobody came back to this import for %(days)s days, so its file was dropped. Nothing was "
        "imported."
    ),
    "raccord.import.not_now": gettext_noop(
        "This import has moved on meanwhile, so this is no longer possible."
    ),
    "raccord.import.checked_again": gettext_noop(
        "This import was checked again after you saw its preview. Look at the new one first."
    ),
    "raccord.import.no_table": gettext_noop(
        "This file is no table. Choose a CSV file or a workbook (XLSX, XLS, ODS)."
    ),
    "raccord.import.no_workbook": gettext_noop(
        "This file is no workbook, so it has no sheets to choose from."
    ),
    "raccord.import.workbook_damaged": gettext_noop(
        "This workbook cannot be read: it is damaged, or no workbook at all. Open it in your "
        "spreadsheet and save it again as XLSX or CSV."
    ),
    "raccord.import.workbook_password": gettext_noop(
        "This workbook is protected by a password. Save it without one, then choose it again."
    ),
    "raccord.import.workbook_too_large": gettext_noop(
        "This workbook holds more than can be read at once. Save the sheet as CSV, or split it."
    ),
    "raccord.import.workbook_sheet": gettext_noop("This workbook has no such sheet."),
    "raccord.import.workbook_empty": gettext_noop("No sheet of this workbook holds anything."),
    "raccord.import.columns_changed": gettext_noop(
        "Read like this, the file has other columns than before. Choose their fields again."
    ),
    "raccord.import.key_not_assigned": gettext_noop(
        "Choose the column that identifies a contact. Still without a column: %(fields)s."
    ),
    "raccord.import.no_such_column": gettext_noop(
        "The file has no column of this name: %(columns)s."
    ),
    "raccord.import.no_such_field": gettext_noop("This project has no such field."),
    "raccord.import.field_twice": gettext_noop(
        "“%(field)s” is filled from another column already."
    ),
    "raccord.import.delimiter": gettext_noop("Choose what separates the cells of a line."),
    "raccord.import.time_zone": gettext_noop("This time zone is unknown."),
    "raccord.import.consent_source": gettext_noop("Say where these consents were given."),
    "raccord.import.consent_statement": gettext_noop(
        "Say what the people agreed to, or how you can prove it."
    ),
    "raccord.import.proof_too_long": gettext_noop("Use at most %(limit)s characters."),
    "raccord.import.proof_characters": gettext_noop(
        "This text contains characters that cannot be stored."
    ),
    "raccord.import.too_many_columns": gettext_noop(
        "The file has more than %(limit)s columns. Is this what separates the cells? Else leave "
        "only the columns that you want to import."
    ),
    "raccord.import.single_column": gettext_noop(
        "The file has a single column. If it should have more, choose another delimiter."
    ),
    "raccord.import.dates_open": gettext_noop(
        "All dates can be read with the day or with the month first. Check which one is right."
    ),
    "raccord.import.dates_mixed": gettext_noop(
        "Not all dates are written in the same order. Lines whose date does not exist are rejected."
    ),
    "raccord.import.numbers_open": gettext_noop(
        "In some numbers, the comma or point could stand before decimals or between thousands. "
        "Check which one is right."
    ),
    "raccord.import.numbers_mixed": gettext_noop(
        "Some numbers have a decimal comma, others a decimal point. Lines whose number cannot be "
        "read are rejected."
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
    "raccord.address.filter": gettext_noop("This filter in the address could not be read."),
    "raccord.address.columns": gettext_noop(
        "These columns do not exist any more, and are left out: %(columns)s."
    ),
    "raccord.columns.none": gettext_noop("Choose at least one column."),
}

BULK_SENTENCES: Mapping[str, str] = {
    "raccord.bulk.nobody": gettext_noop("No contact is chosen. Choose some on the list first."),
    "raccord.bulk.selection": gettext_noop(
        "The selection could not be read. Select the contacts on the list again."
    ),
    "raccord.bulk.list_unclear": gettext_noop(
        "Something in this list's filters could not be read, so it is not certain which contacts "
        "are meant. Nothing was done."
    ),
    "raccord.bulk.nothing": gettext_noop("Choose at least one field and what to do with it."),
    "raccord.bulk.no_value": gettext_noop("Give a value, or leave the field as it is."),
    "raccord.bulk.key_field": gettext_noop(
        "This field identifies contacts, so it cannot be the same for several of them."
    ),
    "raccord.bulk.required": gettext_noop("This field is required and cannot be emptied."),
    "raccord.bulk.unfit": gettext_noop("This cannot be done to a field of this type."),
    "raccord.bulk.grounds": gettext_noop(
        "Say on what grounds these consents change, for example “Paper forms of the fair, 12 May”."
    ),
    "raccord.bulk.grounds_long": gettext_noop("Use at most %(most)s characters."),
    "raccord.bulk.not_ready": gettext_noop(
        "This was confirmed or cancelled meanwhile; the page shows how it stands now."
    ),
    "raccord.bulk.decided_anew": gettext_noop(
        "Somebody decided otherwise meanwhile, so nothing has begun. Look again, then confirm."
    ),
    "raccord.bulk.fields_changed": gettext_noop(
        "The project's fields were changed meanwhile, so that this can no longer be done. What was "
        "done before stays."
    ),
    "raccord.run.internal": gettext_noop(
        "Something went wrong on our side. What was done before stays; the log says more."
    ),
}

EXPORT_SENTENCES: Mapping[str, str] = {
    "raccord.export.name": gettext_noop("Give a name of at most 100 characters."),
    "raccord.export.no_columns": gettext_noop("Choose at least one column."),
    "raccord.export.unknown_column": gettext_noop("There is no column “%(column)s” any more."),
    "raccord.export.too_many_rows": gettext_noop(
        "An Excel sheet holds %(most)s contacts; the list has more. Choose CSV, or narrow the list "
        "down with filters."
    ),
    "raccord.export.option": gettext_noop("Choose one of the options offered."),
    "raccord.export.too_many": gettext_noop(
        "Ten exports of this project are being written already. Wait for one to end, or cancel one."
    ),
}

SENTENCES: Mapping[str, str] = {
    **CONTACT_SENTENCES,
    **PROJECT_SENTENCES,
    **IMPORT_SENTENCES,
    **VIEW_SENTENCES,
    **BULK_SENTENCES,
    **EXPORT_SENTENCES,
    **LIST_SENTENCES,
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
