"""What happened in the org: the recycle bin, and the calls that apps made."""

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call, CallRecord
from salesforce_simulator.pages.layout import page
from salesforce_simulator.pages.navigation import OBJECTS, navigation, redirect, shown_moment
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import record_name

_SHOWN = 100


def show_bin(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    with call.org.lock:
        gone = [
            (call.org.store(name).kind, row)
            for name in OBJECTS
            for row in call.org.store(name).deleted.values()
        ]
    gone.sort(key=lambda each: str(each[1]["SystemModstamp"]), reverse=True)
    lines = Markup("").join(
        Markup('<tr><td><a href="/page/{}/{}">{}</a></td><td>{}</td><td>{}</td></tr>').format(
            kind.name,
            row["Id"],
            record_name(kind, row),
            visitor.say(OBJECTS[kind.name]),
            shown_moment(row["SystemModstamp"]),
        )
        for kind, row in gone[:_SHOWN]
    )
    content = (
        _table(visitor, ("Name", "Object", "Deleted"), lines)
        if gone
        else Markup('<p class="empty">{}</p>').format(visitor.say("The recycle bin is empty."))
    )
    body = Markup('<h1>{}</h1><div id="rows" data-refresh>{}</div>').format(
        visitor.say("Recycle bin"), content
    )
    title = visitor.say("Recycle bin")
    return page(visitor, title=title, body=body, navigation=navigation(visitor, "bin"))


def show_calls(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    records = call.request.environ["simulator.app"].calls.all()[-_SHOWN:]
    lines = Markup("").join(_line(each) for each in reversed(records))
    usage = visitor.say(
        "{used} of {total} API calls used in 24 hours",
        used=call.org.usage.used(),
        total=call.org.usage.daily_calls,
    )
    content = (
        _table(visitor, ("Time", "Call", "User", "Records", "Status"), lines)
        if records
        else Markup('<p class="empty">{}</p>').format(visitor.say("No API call has been made yet."))
    )
    body = Markup(
        '<h1>{}</h1><div id="rows" data-refresh><p class="quiet">{}. {}</p>{}</div>'
    ).format(visitor.say("API calls"), usage, visitor.say("Newest first."), content)
    title = visitor.say("API calls")
    return page(visitor, title=title, body=body, navigation=navigation(visitor, "calls"))


def act_as(call: Call) -> Response:
    """Choose the user whose edits the page makes from now on."""
    visitor = Visitor.of(call.org, call.request)
    response = redirect("/")
    user_id = call.request.form.get("user", "")
    if visitor.form_is_ours() and call.org.users.get(user_id):
        visitor.act_as(response, user_id)
    return response


def _line(record: CallRecord) -> Markup:
    failed = Markup(' class="failed"') if record.status >= 400 else Markup("")
    return Markup(
        "<tr><td>{}</td><td>{} {}</td><td>{}</td><td class=number>{}</td><td{}>{}</td></tr>"
    ).format(
        record.at[11:19],
        record.method,
        f"{record.path}?q={record.query}" if record.query else record.path,
        record.user,
        record.rows or "",
        failed,
        record.status,
    )


def _table(visitor: Visitor, labels: tuple[str, ...], lines: Markup) -> Markup:
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(visitor.say(label)) for label in labels
    )
    return Markup(
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, lines)
