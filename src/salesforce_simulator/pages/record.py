"""One record as a sales representative works on it: edit, delete, restore, convert, merge."""

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.events.origin import LIGHTNING
from salesforce_simulator.ids import normal_id
from salesforce_simulator.lifecycle import clone, convert_lead, merge
from salesforce_simulator.pages.forms import changed_values, field_inputs
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.navigation import (
    OBJECTS,
    missing_page,
    navigation,
    redirect,
    shown_moment,
)
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import reader, record_name
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row
from salesforce_simulator.transaction import Actor


def show_record(call: Call, name: str, record_id: str) -> Response:
    visitor = Visitor.of(call.org, call.request)
    row = _find(call, name, record_id)
    if row is None:
        return missing_page(call)
    return _record_page(call, visitor, name, row)


def open_record(call: Call, record_id: str, name: str = "") -> Response:
    """Go to the page of a record by its id alone, as links into an org do."""
    known = normal_id(record_id)
    kind = call.org.schema.by_prefix(known[:3]) if known else None
    if known is None or kind is None or kind.name not in OBJECTS:
        return missing_page(call)
    return redirect(f"/page/{kind.name}/{known}")


def show_new(call: Call, name: str) -> Response:
    visitor = Visitor.of(call.org, call.request)
    if name not in OBJECTS:
        return missing_page(call)
    return _form_page(call, visitor, name, {})


def show_edit(call: Call, name: str, record_id: str) -> Response:
    visitor = Visitor.of(call.org, call.request)
    row = _find(call, name, record_id)
    if row is None or row["IsDeleted"]:
        return missing_page(call)
    return _form_page(call, visitor, name, row)


def submit(call: Call, name: str, record_id: str = "") -> Response:
    """Do what the pressed button says, as the sales user that the page acts as."""
    visitor = Visitor.of(call.org, call.request)
    row = _find(call, name, record_id) if record_id else {}
    # Only saving makes a record that is not there yet.
    is_new_save = not record_id and call.request.form.get("action") == "save"
    if row is None or name not in OBJECTS or not (record_id or is_new_save):
        return missing_page(call)
    # What was typed is shown again; the other buttons stand on the record's own page.
    show = _form_page if call.request.form.get("action") == "save" else _record_page
    if not visitor.form_is_ours():
        problem = visitor.say("This form is out of date. Please try again.")
        return show(call, visitor, name, row, problem)
    try:
        return redirect(_carry_out(call, visitor, name, record_id))
    except ApiError as refused:
        return show(call, visitor, name, row, refused.message)


def _carry_out(call: Call, visitor: Visitor, name: str, record_id: str) -> str:
    """Do what the pressed button says and return where to go next."""
    form = call.request.form
    kind = call.org.store(name).kind
    actor = Actor(user_id=visitor.acting_user(), allow_duplicates=True, origin=LIGHTNING)
    with call.org.transaction(actor) as writes:
        match form.get("action"):
            case "delete":
                writes.delete(name, record_id)
                return f"/page/{name}"
            case "restore":
                writes.undelete(name, record_id)
            case "convert":
                made = convert_lead(writes, record_id)
                return f"/page/Contact/{made.contact_id}"
            case "clone":
                return f"/page/{name}/{clone(writes, name, record_id, {})}/edit"
            case "hide":
                call.org.sharing.hide(record_id, call.org.integration_users())
            case "show":
                call.org.sharing.hide(record_id, [])
            case "merge":
                merge(writes, name, record_id, [form.get("loser", "").strip()])
            case _ if record_id:
                changes = changed_values(kind, form)
                if changes:
                    writes.update(name, record_id, changes)
            case _:
                record_id = writes.create(name, changed_values(kind, form))
    return f"/page/{name}/{record_id}"


def _find(call: Call, name: str, record_id: str) -> Row | None:
    if name not in OBJECTS:
        return None
    return call.org.store(name).get(normal_id(record_id) or "")


def _record_page(call: Call, visitor: Visitor, name: str, row: Row, problem: str = "") -> Response:
    kind = call.org.store(name).kind
    title = record_name(kind, row)
    buttons = _restore_button(visitor) if row["IsDeleted"] else _buttons(visitor, kind, row, title)
    body = Markup(
        """<h1>{title}</h1>
<form method="post" class="actions">{token}{buttons}</form>
<div id="details" data-refresh><dl class="fields">{details}</dl>
<h2>{system}</h2><dl class="fields">{audit}</dl></div>"""
    ).format(
        title=title,
        token=form_token(visitor),
        buttons=buttons,
        system=visitor.say("System"),
        details=_details(visitor, kind, row, system=False),
        audit=_details(visitor, kind, row, system=True),
    )
    in_bin = visitor.say("This record is in the recycle bin.") if row["IsDeleted"] else ""
    return page(
        visitor,
        title=title,
        body=body,
        navigation=navigation(visitor, name),
        notice=problem or in_bin,
        status=400 if problem else 200,
    )


def _buttons(visitor: Visitor, kind: SObjectType, row: Row, title: str) -> Markup:
    if row.get("IsConverted"):
        # A converted lead is read-only, for people as for the API.
        return Markup("")
    convert = _convert_button(visitor) if kind.name == "Lead" else ""
    return Markup(
        """<a class="button primary" href="{id}/edit">{edit}</a>{convert}
<button name="action" value="clone">{clone}</button>{hide}
<details><summary class="button">{merge}</summary><p><label for="loser">{loser}</label>
<input id="loser" name="loser" pattern="\\w{{15}}(\\w{{3}})?"></p><p>{merge_sure}
<button name="action" value="merge">{merge}</button></p></details>
<details><summary class="button danger">{delete}</summary><p>{sure}
<button class="danger" name="action" value="delete">{delete}</button></p></details>"""
    ).format(
        id=row["Id"],
        edit=visitor.say("Edit"),
        convert=convert,
        clone=visitor.say("Clone"),
        hide=_hide_button(visitor, str(row["Id"])),
        merge=visitor.say("Merge"),
        loser=visitor.say("Id of the record to merge into this one"),
        merge_sure=visitor.say("The other record goes to the recycle bin for good."),
        delete=visitor.say("Delete"),
        sure=visitor.say("Delete {name}? It goes to the recycle bin.", name=title),
    )


def _convert_button(visitor: Visitor) -> Markup:
    return Markup(
        """
<details><summary class="button">{convert}</summary><p>{sure}
<button name="action" value="convert">{convert}</button></p></details>"""
    ).format(
        convert=visitor.say("Convert"),
        sure=visitor.say("The lead becomes a contact of an account and can no longer be changed."),
    )


def _hide_button(visitor: Visitor, record_id: str) -> Markup:
    """Takes the record out of the sight of connected apps, without deleting it, and back."""
    hidden = visitor.org.sharing.hidden_from(record_id)
    return Markup('<button name="action" value="{}">{}</button>').format(
        "show" if hidden else "hide",
        visitor.say("Show to apps again") if hidden else visitor.say("Hide from apps"),
    )


def _restore_button(visitor: Visitor) -> Markup:
    return Markup('<button class="primary" name="action" value="restore">{}</button>').format(
        visitor.say("Restore")
    )


def _details(visitor: Visitor, kind: SObjectType, row: Row, *, system: bool) -> Markup:
    """The fields that hold something; those a person may not write are the system's."""
    lines = Markup("")
    for field in kind.fields:
        value: Any = reader(kind, field)(row) if field.compute else row.get(field.name)
        if field.updateable == system or value is None:
            continue
        if isinstance(value, bool):
            value = visitor.say("yes" if value else "no")
        elif field.type == "reference":
            value = _pointed_at(visitor, str(value))
        elif field.type == "datetime":
            value = shown_moment(str(value))
        lines += Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(visitor.say(field.label), value)
    return lines


def _pointed_at(visitor: Visitor, record_id: str) -> str | Markup:
    kind = visitor.org.schema.by_prefix(record_id[:3])
    row = visitor.org.store(kind.name).get(record_id) if kind else None
    if kind is None or row is None:
        return record_id
    name = record_name(kind, row)
    if kind.name not in OBJECTS:
        return name
    return Markup('<a href="/page/{}/{}">{}</a>').format(kind.name, record_id, name)


def _form_page(call: Call, visitor: Visitor, name: str, row: Row, problem: str = "") -> Response:
    kind = call.org.store(name).kind
    title = record_name(kind, row) if row else visitor.say("New")
    back = f"/page/{name}/{row['Id']}" if row else f"/page/{name}"
    body = Markup(
        """<h1>{title}</h1>
<form method="post" action="{action}">{token}<div class="fields">{inputs}</div>
<p class="actions"><button class="primary" name="action" value="save">{save}</button>
<a class="button" href="{back}">{cancel}</a></p></form>"""
    ).format(
        title=title,
        action=back if row else f"/page/{name}/new",
        token=form_token(visitor),
        inputs=field_inputs(visitor, kind, row),
        save=visitor.say("Save"),
        cancel=visitor.say("Cancel"),
        back=back,
    )
    return page(
        visitor,
        title=title,
        body=body,
        navigation=navigation(visitor, name),
        notice=problem,
        status=400 if problem else 200,
    )
