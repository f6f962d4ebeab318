"""The records as a sales representative sees them: lists, one record, its form."""

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import normal_id
from salesforce_simulator.pages.forms import changed_values, field_inputs
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.navigation import OBJECTS, navigation, redirect
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import person_name
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store
from salesforce_simulator.transaction import Actor

PAGE = 25
_COLUMNS = {
    "Contact": ("Name", "Email", "Phone", "MailingCity"),
    "Lead": ("Name", "Company", "Email", "Status"),
    "Account": ("Name", "Phone", "BillingCity", "Industry"),
}
_SEARCHED = ("FirstName", "LastName", "Name", "Email", "Company")


def show_list(call: Call, name: str = "Contact") -> Response:
    """A page of records, the last changed first, optionally those that match a search."""
    if name not in OBJECTS:
        return missing_page(call)
    visitor = Visitor.of(call.org, call.request)
    store = call.org.store(name)
    search = call.request.args.get("search", "").strip()
    start = max(0, call.request.args.get("start", 0, type=int))
    with call.org.lock:
        rows, total = _page_of(store, search, start)
        body = _list_body(visitor, store, rows, total=total, start=start, search=search)
    title = visitor.say(OBJECTS[name])
    return page(visitor, title=title, body=body, navigation=navigation(visitor, name))


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
    """Save, create, delete or restore, as the sales user that the page acts as."""
    visitor = Visitor.of(call.org, call.request)
    row = _find(call, name, record_id) if record_id else {}
    if row is None or name not in OBJECTS:
        return missing_page(call)
    if not visitor.form_is_ours():
        problem = visitor.say("This form is out of date. Please try again.")
        return _form_page(call, visitor, name, row, problem)
    try:
        return redirect(_carry_out(call, visitor, name, record_id))
    except ApiError as refused:
        return _form_page(call, visitor, name, row, refused.message)


def missing_page(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    body = Markup('<h1>{}</h1><p><a href="/">{}</a></p>').format(
        visitor.say("This record does not exist."), visitor.say("Go back to the list")
    )
    title = visitor.say("This record does not exist.")
    return page(visitor, title=title, body=body, navigation=navigation(visitor, ""), status=404)


def _carry_out(call: Call, visitor: Visitor, name: str, record_id: str) -> str:
    """Do what the pressed button says and return where to go next."""
    form = call.request.form
    kind = call.org.store(name).kind
    actor = Actor(user_id=visitor.acting_user(), allow_duplicates=True)
    with call.org.transaction(actor) as writes:
        match form.get("action"):
            case "delete":
                writes.delete(name, record_id)
                return f"/page/{name}"
            case "restore":
                writes.undelete(name, record_id)
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


def _page_of(store: Store, search: str, start: int) -> tuple[list[Row], int]:
    newest = (row for row in store.newest_first() if not row["IsDeleted"])
    if search:
        found = [row for row in newest if _matches(row, search.casefold())]
        return found[start : start + PAGE], len(found)
    rows = [row for position, row in zip(range(start + PAGE), newest, strict=False)]
    return rows[start:], len(store.live)


def _matches(row: Row, search: str) -> bool:
    whole = " ".join(str(row[name]) for name in _SEARCHED if row.get(name))
    return search in whole.casefold()


def _list_body(
    visitor: Visitor, store: Store, rows: list[Row], *, total: int, start: int, search: str
) -> Markup:
    kind = store.kind
    return Markup(
        """<h1>{title}</h1>
<div class="actions"><form role="search"><input type="search" name="search" value="{search}"
aria-label="{search_label}" placeholder="{search_label}"><button>{search_button}</button></form>
<a class="button primary" href="/page/{name}/new">{new}</a></div>
<div id="rows" data-refresh>{table}{pager}</div>"""
    ).format(
        title=visitor.say(OBJECTS[kind.name]),
        name=kind.name,
        search=search,
        search_label=visitor.say("Search by name, e-mail or company"),
        search_button=visitor.say("Search"),
        new=visitor.say("New"),
        table=_table(visitor, kind, rows, searched=bool(search)),
        pager=_pager(visitor, total=total, start=start, search=search),
    )


def _table(visitor: Visitor, kind: SObjectType, rows: list[Row], *, searched: bool) -> Markup:
    if not rows:
        text = (
            "Nothing found."
            if searched
            else "There is nothing here yet. What your connected apps create appears by itself."
        )
        return Markup('<p class="empty">{}</p>').format(visitor.say(text))
    columns = _COLUMNS[kind.name]
    labels = [visitor.say(_label(kind, each)) for each in columns]
    labels += [visitor.say("Changed"), visitor.say("Changed by")]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_optional(number), label)
        for number, label in enumerate(labels)
    )
    lines = Markup("").join(_line(visitor, kind, columns, row) for row in rows)
    return Markup(
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, lines)


def _line(visitor: Visitor, kind: SObjectType, columns: tuple[str, ...], row: Row) -> Markup:
    name = person_name(row) if kind.person else row.get("Name")
    changed_by = visitor.org.users.get(str(row["LastModifiedById"]))
    texts = [str(row.get(each) or "") for each in columns[1:]]
    texts += [_moment(row["SystemModstamp"]), person_name(changed_by or {}) or ""]
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_optional(number), text)
        for number, text in enumerate(texts, 1)
    )
    return Markup('<tr><td><a href="/page/{}/{}">{}</a></td>{}</tr>').format(
        kind.name, row["Id"], name or row["Id"], cells
    )


def _optional(column: int) -> Markup:
    """On a phone only the first three columns are shown."""
    return Markup(' class="optional"') if column > 2 else Markup("")


def _pager(visitor: Visitor, *, total: int, start: int, search: str) -> Markup:
    if total <= PAGE and not start:
        return Markup("")
    links = Markup("")
    for text, target in (("Previous", start - PAGE), ("Next", start + PAGE)):
        if 0 <= target < total or (target < 0 < start):
            query = urlencode({"search": search, "start": max(0, target)})
            link = Markup('<a class="button" href="?{}">{}</a>')
            links += link.format(query, visitor.say(text))
    shown = visitor.say(
        "{first}–{last} of {total}", first=start + 1, last=min(start + PAGE, total), total=total
    )
    return Markup('<p class="actions">{}<span class="quiet">{}</span></p>').format(links, shown)


def _record_page(call: Call, visitor: Visitor, name: str, row: Row) -> Response:
    kind = call.org.store(name).kind
    title = (person_name(row) if kind.person else row.get("Name")) or row["Id"]
    buttons = _restore_button(visitor) if row["IsDeleted"] else _buttons(visitor, row, title)
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
    notice = visitor.say("This record is in the recycle bin.") if row["IsDeleted"] else ""
    return page(
        visitor, title=title, body=body, navigation=navigation(visitor, name), notice=notice
    )


def _buttons(visitor: Visitor, row: Row, title: str) -> Markup:
    return Markup(
        """<a class="button primary" href="{id}/edit">{edit}</a>
<details><summary class="button danger">{delete}</summary><p>{sure}
<button class="danger" name="action" value="delete">{delete}</button></p></details>"""
    ).format(
        id=row["Id"],
        edit=visitor.say("Edit"),
        delete=visitor.say("Delete"),
        sure=visitor.say("Delete {name}? It goes to the recycle bin.", name=title),
    )


def _restore_button(visitor: Visitor) -> Markup:
    return Markup('<button class="primary" name="action" value="restore">{}</button>').format(
        visitor.say("Restore")
    )


def _details(visitor: Visitor, kind: SObjectType, row: Row, *, system: bool) -> Markup:
    """The fields that hold something; those a person may not write are the system's."""
    lines = Markup("")
    for field in kind.fields:
        value: Any = row.get(field.name)
        if field.updateable == system or value is None:
            continue
        if isinstance(value, bool):
            value = visitor.say("yes" if value else "no")
        elif field.type == "reference":
            value = _pointed_at(visitor, str(value))
        elif field.type == "datetime":
            value = _moment(str(value))
        lines += Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(visitor.say(field.label), value)
    return lines


def _pointed_at(visitor: Visitor, record_id: str) -> str | Markup:
    kind = visitor.org.schema.by_prefix(record_id[:3])
    row = visitor.org.store(kind.name).get(record_id) if kind else None
    if kind is None or row is None:
        return record_id
    name = (person_name(row) if kind.person else row.get("Name")) or record_id
    if kind.name not in OBJECTS:
        return name
    return Markup('<a href="/page/{}/{}">{}</a>').format(kind.name, record_id, name)


def _form_page(call: Call, visitor: Visitor, name: str, row: Row, problem: str = "") -> Response:
    kind = call.org.store(name).kind
    title = (person_name(row) if kind.person else row.get("Name")) or visitor.say("New")
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


def _label(kind: SObjectType, name: str) -> str:
    if name == "Name":
        return "Name"
    field = kind.field(name)
    return field.label if field else name


def _moment(stamp: str) -> str:
    """Show a date-time to the second, in UTC as the API gives it."""
    return f"{stamp[:10]} {stamp[11:19]}"
