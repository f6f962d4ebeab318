"""The form of a record: its inputs, and what a person changed in it.

Beside each input travels the value it was rendered with. Only what differs from that is written,
so two people who edit different fields of one record do not undo each other.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.store import Row

_SHOWN = {
    "Contact": (
        "Salutation FirstName LastName AccountId Title Department Email Phone MobilePhone "
        "MailingStreet MailingPostalCode MailingCity MailingState MailingCountry Birthdate "
        "LeadSource HasOptedOutOfEmail HasOptedOutOfFax DoNotCall Description"
    ),
    "Lead": (
        "Salutation FirstName LastName Company Title Email Phone MobilePhone Website Status Rating "
        "Industry LeadSource Street PostalCode City State Country HasOptedOutOfEmail "
        "HasOptedOutOfFax DoNotCall Description"
    ),
    "Account": (
        "Name Type Industry Phone Website NumberOfEmployees AnnualRevenue BillingStreet "
        "BillingPostalCode BillingCity BillingState BillingCountry Description"
    ),
}
_INPUT_TYPES = {
    "email": "email",
    "phone": "tel",
    "url": "text",
    "date": "date",
    "int": "number",
    "double": "number",
    "currency": "number",
    "percent": "number",
}


def field_inputs(visitor: Visitor, kind: SObjectType, row: Row) -> Markup:
    """Return the inputs of the fields that the form shows, filled with what was posted or is."""
    posted = visitor.request.form
    parts = Markup("")
    for field in shown_fields(kind):
        rendered = as_text(row.get(field.name))
        if not row:
            rendered = as_text(kind.defaults.get(field.name))
        value = posted.get(field.name, rendered) if posted else rendered
        if posted and field.type == "boolean":
            value = "true" if field.name in posted else "false"
        parts += Markup(
            '<div><label for="{name}">{label}</label>{control}'
            '<input type="hidden" name="was.{name}" value="{was}"></div>'
        ).format(
            name=field.name,
            label=visitor.say(field.label),
            control=_control(visitor, field, value),
            was="" if not row else rendered,
        )
    return parts


def changed_values(kind: SObjectType, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a posted form that differ from those it was rendered with."""
    changes: dict[str, Any] = {}
    for field in shown_fields(kind):
        before = form.get(f"was.{field.name}", "")
        if field.type == "boolean":
            checked = field.name in form
            if checked != (before == "true"):
                changes[field.name] = checked
            continue
        # A browser sends line ends as CR LF whatever they were.
        after = form.get(field.name, "").replace("\r\n", "\n")
        if after != before.replace("\r\n", "\n"):
            changes[field.name] = after or None
    return changes


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def shown_fields(kind: SObjectType) -> list[Field]:
    standard = [kind.field(name) for name in _SHOWN[kind.name].split()]
    custom = [each for each in kind.fields if each.custom and each.updateable]
    return [each for each in standard if each is not None] + custom


def _control(visitor: Visitor, field: Field, value: str) -> Markup:
    if field.type == "boolean":
        checked = Markup(" checked") if value == "true" else Markup("")
        return Markup('<input type="checkbox" id="{0}" name="{0}" value="true"{1}>').format(
            field.name, checked
        )
    if field.values and field.type == "picklist":
        return _choice(field, value)
    if field.type == "reference":
        return _choice_of_records(visitor, field, value)
    if field.type == "textarea":
        return Markup('<textarea id="{0}" name="{0}" rows="3">{1}</textarea>').format(
            field.name, value
        )
    required = Markup(" required") if field.required else Markup("")
    step = Markup(' step="any"') if field.is_number else Markup("")
    return Markup('<input id="{0}" name="{0}" type="{1}" value="{2}"{3}{4}>').format(
        field.name, _INPUT_TYPES.get(field.type, "text"), value, required, step
    )


def _choice(field: Field, value: str) -> Markup:
    # A value outside the list came through the API; the form must not lose it.
    values = [*([] if field.required else [""]), *field.values]
    if value not in values:
        values.append(value)
    options = Markup("").join(_option(each, each, chosen=each == value) for each in values)
    return Markup('<select id="{0}" name="{0}">{1}</select>').format(field.name, options)


def _choice_of_records(visitor: Visitor, field: Field, value: str) -> Markup:
    store = visitor.org.stores.get(field.targets[0]) if field.targets else None
    rows = list(store.live.values())[:200] if store is not None else []
    known = {row["Id"]: str(row.get("Name") or row["Id"]) for row in rows}
    if value and value not in known:
        known[value] = value
    options = _option("", visitor.say("(none)"), chosen=not value)
    for record_id, name in sorted(known.items(), key=lambda each: each[1].casefold()):
        options += _option(record_id, name, chosen=record_id == value)
    return Markup('<select id="{0}" name="{0}">{1}</select>').format(field.name, options)


def _option(value: str, label: str, *, chosen: bool) -> Markup:
    selected = Markup(" selected") if chosen else Markup("")
    return Markup('<option value="{}"{}>{}</option>').format(value, selected, label)
