"""The lists of records, the last changed first, as a sales representative sees them."""

from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.pages.layout import page
from salesforce_simulator.pages.navigation import OBJECTS, missing_page, navigation, shown_moment
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import person_name, record_name
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store

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
    changed_by = visitor.org.users.get(str(row["LastModifiedById"]))
    texts = [str(row.get(each) or "") for each in columns[1:]]
    texts += [shown_moment(row["SystemModstamp"]), person_name(changed_by or {}) or ""]
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_optional(number), text)
        for number, text in enumerate(texts, 1)
    )
    return Markup('<tr><td><a href="/page/{}/{}">{}</a></td>{}</tr>').format(
        kind.name, row["Id"], record_name(kind, row), cells
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


def _label(kind: SObjectType, name: str) -> str:
    if name == "Name":
        return "Name"
    field = kind.field(name)
    return field.label if field else name
