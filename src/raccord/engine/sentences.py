"""The catalogue of the engine's own codes: what happened, and what to do about it.

Per code two English sentences, marked for translation and rendered only when they are shown.
``%(name)s`` stands for a parameter of the failure or notice. Codes of a third party are in its
connector's folder.
"""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

_CORRECT = sentence("Correct the value and try again.")
_RECONSIDER = sentence("Choose another field, or change the direction.")

_MEANT = sentence(
    "Look at some of them. If this is meant, replay them: all go on. If not, take the change "
    "back first."
)

GUARD_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.guard.deleted": (
        sentence("Raccord stopped before it deleted more than %(limit)s records within an hour."),
        _MEANT,
    ),
    "raccord.guard.blanked": (
        sentence(
            "Raccord stopped before it emptied fields of more than %(limit)s people in an hour."
        ),
        _MEANT,
    ),
    "raccord.guard.opted_in": (
        sentence("Raccord stopped before it opted in more than %(limit)s people within an hour."),
        _MEANT,
    ),
    "raccord.guard.overwritten": (
        sentence(
            "Raccord stopped before it overwrote values of more than %(limit)s people in an hour."
        ),
        _MEANT,
    ),
    "raccord.guard.limit_invalid": (
        sentence("The limit is a whole number, or a share of 1 to 100 percent."),
        sentence("100 means that Raccord asks before the 101st within an hour; empty is never."),
    ),
}

VALUE_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.value.required": (
        sentence("“%(field)s” is empty."),
        sentence("Give it a value: this field is required."),
    ),
    "raccord.value.text": (
        sentence("“%(field)s” is not text."),
        sentence("Give one piece of text, not a list or a group of values."),
    ),
    "raccord.value.control_character": (
        sentence("“%(field)s” contains a character that cannot be shown."),
        sentence("Remove it. In a file it often means that the encoding is wrong: save as UTF-8."),
    ),
    "raccord.value.too_long": (
        sentence("“%(field)s” is longer than %(limit)s characters."),
        sentence("Shorten the value, or raise the field's limit."),
    ),
    "raccord.value.email": (
        sentence("“%(field)s” is not an e-mail address."),
        sentence("Write it like name@example.com."),
    ),
    "raccord.value.phone": (
        sentence("“%(field)s” is not a phone number."),
        sentence("Write it on one line."),
    ),
    "raccord.value.url": (
        sentence("“%(field)s” is not a web address."),
        sentence("Write it like https://www.example.com/page, without spaces."),
    ),
    "raccord.value.integer": (
        sentence("“%(field)s” is not a whole number."),
        sentence("Write digits only, like 1200."),
    ),
    "raccord.value.decimal": (
        sentence("“%(field)s” is not a number."),
        sentence("Write it with a point, like 1200.50."),
    ),
    "raccord.value.number_too_large": (
        sentence("“%(field)s” has more than %(digits)s digits."),
        _CORRECT,
    ),
    "raccord.value.decimal_places": (
        sentence("“%(field)s” has more than %(places)s decimal places."),
        sentence("Round the value."),
    ),
    "raccord.value.boolean": (
        sentence("“%(field)s” is neither yes nor no."),
        sentence("Write yes or no."),
    ),
    "raccord.value.consent": (
        sentence("“%(field)s” is neither yes nor no."),
        sentence("Write yes or no, or leave it empty when it is not known."),
    ),
    "raccord.value.date": (
        sentence("“%(field)s” is not a date that exists."),
        sentence("Write it as year-month-day, like 2026-01-31."),
    ),
    "raccord.value.datetime": (
        sentence("“%(field)s” is not a date and time that exists."),
        sentence("Write it like 2026-01-31T14:30+01:00; without an offset it is taken as UTC."),
    ),
    "raccord.value.choice": (
        sentence("“%(field)s” is not one of its choices: %(choices)s."),
        sentence("Use one of the choices, or add the value to the field's choices."),
    ),
    "raccord.value.multiple_choice": (
        sentence("“%(field)s” has a value that is not one of its choices: %(choices)s."),
        sentence("Separate values by semicolons, and use only the field's choices."),
    ),
    "raccord.value.missing_there": (
        sentence("The list of “%(remote)s” has no value “%(value)s”, which “%(field)s” holds."),
        sentence("Pair it with a value over there, or leave it out; the other fields go on."),
    ),
    "raccord.value.missing_here": (
        sentence("“%(field)s” has no value “%(value)s”, which “%(remote)s” holds."),
        sentence("Pair it with a value here, or leave it out; the other fields go on."),
    ),
    "raccord.value.left_out": (
        sentence("The value “%(value)s” of “%(remote)s” is left out: it does not come here."),
        sentence("Pair it with a value of “%(field)s” in the field mapping, if it should."),
    ),
    "raccord.value.longer_there": (
        sentence("“%(field)s” is longer than the %(limit)s characters that “%(remote)s” holds."),
        sentence("Shorten it, or let the field mapping cut it; the other fields go on."),
    ),
}

MAPPING_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.mapping.remote_is_id": (
        sentence("“%(remote)s” is the record's own id there; it is given, not written."),
        _RECONSIDER,
    ),
    "raccord.mapping.remote_is_reference": (
        sentence("“%(remote)s” points to another record there, which a contact's field cannot."),
        sentence(
            "Have a formula field made over there that shows its name, and take that in instead."
        ),
    ),
    "raccord.mapping.remote_is_compound": (
        sentence("“%(remote)s” is made of several fields, which are mapped one by one."),
        sentence("Map those, for example the street and the city of an address."),
    ),
    "raccord.mapping.remote_type_unknown": (
        sentence("“%(remote)s” is of a type that cannot be mapped."),
        sentence("Map the single fields that it is made of, if there are any."),
    ),
    "raccord.mapping.remote_is_read_only": (
        sentence("“%(remote)s” cannot be written there."),
        sentence("Choose another field, or let its values flow to Raccord only."),
    ),
    "raccord.mapping.consent_needs_a_box": (
        sentence("“%(field)s” is a consent; “%(remote)s” is not a check box."),
        sentence("Choose an opt-out or opt-in check box, so that a refusal is never misread."),
    ),
    "raccord.mapping.opt_out_needs_consent": (
        sentence("“%(remote)s” is an opt-out; “%(field)s” is not a consent."),
        sentence("Choose a field of the type Consent, which protects a person's refusal."),
    ),
    "raccord.mapping.date_and_time": (
        sentence("One of “%(field)s” and “%(remote)s” has a time of day and the other has none."),
        sentence("Choose two dates, or two dates with time: a day would shift between time zones."),
    ),
    "raccord.mapping.types_do_not_convert": (
        sentence("The types of “%(field)s” and “%(remote)s” cannot be converted."),
        _RECONSIDER,
    ),
    "raccord.mapping.several_into_one": (
        sentence("“%(remote)s” holds several values and “%(field)s” only one."),
        sentence("Let the field flow to the other side only, or use a multiple choice."),
    ),
    "raccord.mapping.cannot_convert": (
        sentence("“%(field)s” can no longer be converted to “%(remote)s” as it was mapped."),
        sentence("Open the field mapping and choose the conversion again."),
    ),
    "raccord.mapping.only_at_creation": (
        sentence("“%(remote)s” can be written only when a record is created."),
        sentence("Later changes of this field are held."),
    ),
    "raccord.mapping.only_after_creation": (
        sentence("“%(remote)s” cannot be written when a record is created."),
        sentence("It follows with the contact's next update."),
    ),
    "raccord.mapping.values_missing_there": (
        sentence("“%(remote)s” does not have these values of “%(field)s”: %(values)s."),
        sentence("Pair them with values over there, or they wait here with that reason."),
    ),
    "raccord.mapping.restricted_list": (
        sentence("“%(remote)s” takes only the values of its own list."),
        sentence("Contacts with another value will be refused; a choice field would prevent that."),
    ),
    "raccord.mapping.longer_than_there": (
        sentence(
            "“%(remote)s” holds at most %(limit)s characters, “%(field)s” more: a longer value is "
            "not sent and waits here with that reason."
        ),
        sentence("Limit the length of “%(field)s” to prevent that."),
    ),
    "raccord.mapping.cut_there": (
        sentence(
            "A text of more than %(limit)s characters is cut for “%(remote)s”; Raccord keeps the "
            "whole. If somebody edits the cut text over there, theirs counts as a new value."
        ),
        sentence("Choose “Refuse them and tell me” if nothing may be lost over there."),
    ),
    "raccord.mapping.empty_is_unticked": (
        sentence(
            "A check box over there is ticked or not: an empty “%(field)s” is sent as not ticked."
        ),
        sentence("Choose a consent instead where “not known” must stay apart from “no”."),
    ),
    "raccord.mapping.values_new_there": (
        sentence(
            "“%(remote)s” takes values that are not on its list; these are sent as they are: "
            "%(values)s."
        ),
        sentence("Pair them with values over there if they mean the same."),
    ),
    "raccord.mapping.checked_there": (
        sentence("“%(remote)s” checks what is written into it; “%(field)s” does not."),
        sentence("Values of another form will be refused there."),
    ),
    "raccord.mapping.rounded_there": (
        sentence("“%(remote)s” keeps %(places)s decimal places, “%(field)s” more."),
        sentence("Values are rounded there; Raccord keeps the exact ones."),
    ),
    "raccord.mapping.values_missing_here": (
        sentence("“%(field)s” does not have these values of “%(remote)s”: %(values)s."),
        sentence("Pair them with values here, or they wait with that reason."),
    ),
    "raccord.mapping.longer_than_here": (
        sentence("“%(field)s” holds %(limit)s characters, “%(remote)s” more."),
        sentence("Longer values will be held back; raise the field's limit to prevent that."),
    ),
    "raccord.mapping.may_not_convert_back": (
        sentence("Not everything that “%(remote)s” can hold fits the type of “%(field)s”."),
        sentence("What does not fit will be held back."),
    ),
    "raccord.mapping.checked_here": (
        sentence("“%(field)s” takes only e-mail addresses; “%(remote)s” can hold any text."),
        sentence("What is no address will be held back."),
    ),
}

PLAN_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.plan.not_visible": (
        sentence("The linked %(object)s could not be read, though nobody said it was deleted."),
        sentence("Check there that our user may see the record; then try again."),
    ),
    "raccord.plan.field_not_visible": (
        sentence("“%(remote)s” cannot be read there."),
        sentence("Give our user the right to see the field; the other fields go on."),
    ),
    "raccord.plan.remote_gone": (
        sentence("The linked %(object)s was deleted there."),
        sentence("The contact stays here. On its page it can be given a new record there."),
    ),
    "raccord.plan.deleted_there": (
        sentence("The linked %(object)s was deleted there, and you wanted to be asked."),
        sentence("Say under “Needs a decision” whether the contact goes; until then it stays."),
    ),
    "raccord.plan.deleted_here": (
        sentence("The contact was deleted here; about its %(object)s you wanted to be asked."),
        sentence("Say under “Needs a decision” whether the record goes; until then it stays."),
    ),
    "raccord.plan.one_person_there": (
        sentence("Two contacts belong to what is one %(object)s there by now."),
        sentence("Say under “Needs a decision” which contact stays, or leave both."),
    ),
    "raccord.plan.not_made_again": (
        sentence("The contact's %(object)s is no longer linked, and none is made again by itself."),
        sentence("Create the record there, or give the contact a new one on its page."),
    ),
    "raccord.plan.match_ambiguous": (
        sentence("%(count)s records there could be this contact: they share “%(field)s”."),
        sentence("Merge them there and try again, or choose the one to link."),
    ),
    "raccord.plan.create_off": (
        sentence("No %(object)s matches, and this data transfer does not create any."),
        sentence("Create the record there, or let the data transfer create what is missing."),
    ),
    "raccord.plan.operation_off": (
        sentence("The integration does not send this operation: %(operation)s."),
        sentence("Tick it among the update types; what waits is then sent."),
    ),
    "raccord.plan.required_missing": (
        sentence("“%(remote)s” is required there, and “%(field)s” is empty."),
        sentence("Fill the field in; the contact is then sent by itself."),
    ),
    "raccord.plan.required_there": (
        sentence("“%(remote)s” cannot be emptied there."),
        sentence("Give “%(field)s” a value again; the other fields go on."),
    ),
    "raccord.plan.required_here": (
        sentence("“%(remote)s” was emptied there, and “%(field)s” must not be empty."),
        sentence("Fill it in there, or make the field optional here."),
    ),
    "raccord.plan.not_updateable": (
        sentence("“%(remote)s” cannot be changed there after creation."),
        sentence("Give our user the right to change it, or let it flow to Raccord only."),
    ),
    "raccord.internal": (
        sentence("Raccord itself failed on this record; the others went on."),
        sentence("Report it with the time it happened: the log has the details."),
    ),
}

SENTENCES: Mapping[str, tuple[str, str]] = {
    **GUARD_SENTENCES,
    **VALUE_SENTENCES,
    **MAPPING_SENTENCES,
    **PLAN_SENTENCES,
}
