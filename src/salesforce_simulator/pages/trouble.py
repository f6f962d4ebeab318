"""Trouble on purpose: maintenance, a stopped clock and fault plans, for people to switch.

What a test sets by the control API is shown here, and what is set here the control API tells.
"""

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.faults import Fault
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.navigation import navigation, redirect
from salesforce_simulator.pages.visitor import Visitor

# The plans that need nothing but a press of a button, and what each does.
PLANS = {
    "unavailable": "The next call is answered 503.",
    "too_many_requests": "The next call is answered 429.",
    "request_limit": "The next call meets the daily limit.",
    "expired_session": "The next call finds its session expired.",
    "row_lock": "The next write finds its first record locked.",
    "reset_after": "The next call is carried out, but its answer is lost.",
}
_ADDRESS = "/page/trouble"


def show(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    body = Markup('<h1>{}</h1><p class="quiet">{}</p><form method="post">{}{}{}{}</form>').format(
        visitor.say("Trouble"),
        visitor.say("See how your connected apps cope. The org itself takes no harm."),
        form_token(visitor),
        _maintenance(visitor),
        _clock(visitor),
        _faults(visitor, _app(call).faults.all()),
    )
    title = visitor.say("Trouble")
    return page(visitor, title=title, body=body, navigation=navigation(visitor, "trouble"))


def switch(call: Call) -> Response:
    """Do what the pressed button says."""
    visitor = Visitor.of(call.org, call.request)
    what = call.request.form.get("action", "")
    if visitor.form_is_ours():
        _switch(call, what)
    return redirect(_ADDRESS)


def _switch(call: Call, what: str) -> None:
    org, faults = call.org, _app(call).faults
    match what:
        case "close":
            org.maintenance.plan(org.now())
        case "open":
            org.maintenance.clear()
        case "freeze":
            org.time.frozen_at = org.now()
        case "thaw":
            org.time.frozen_at = None
        case "clear":
            faults.clear()
        case _ if what in PLANS:
            faults.add(what, path="^/services/data/")


def _maintenance(visitor: Visitor) -> Markup:
    closed = visitor.org.maintenance.active
    return _switch_row(
        visitor.say("Maintenance"),
        visitor.say("Every call is answered 503.") if closed else visitor.say("The org is open."),
        value="open" if closed else "close",
        label=visitor.say("Open the org") if closed else visitor.say("Close the org"),
    )


def _clock(visitor: Visitor) -> Markup:
    frozen = visitor.org.time.frozen_at
    shown = f"{visitor.org.now():%Y-%m-%d %H:%M:%S}"
    return _switch_row(
        visitor.say("Clock"),
        visitor.say("The clock stands at {moment}.", moment=shown)
        if frozen
        else visitor.say("The clock shows {moment}.", moment=shown),
        value="thaw" if frozen else "freeze",
        label=visitor.say("Let the clock run") if frozen else visitor.say("Stop the clock"),
    )


def _faults(visitor: Visitor, plans: list[Fault]) -> Markup:
    rows = Markup("").join(
        Markup('<p><button name="action" value="{}">{}</button></p>').format(
            what, visitor.say(sentence)
        )
        for what, sentence in PLANS.items()
    )
    planned = Markup("").join(
        Markup("<li><code>{}</code> {}</li>").format(each.what, each.path) for each in plans
    )
    clear = Markup('<p><button class="danger" name="action" value="clear">{}</button></p>')
    return Markup('<h2>{}</h2>{}<div id="rows" data-refresh><h2>{}</h2>{}</div>').format(
        visitor.say("Plan a fault"),
        rows,
        visitor.say("Planned faults"),
        Markup("<ul>{}</ul>{}").format(planned, clear.format(visitor.say("Forget them")))
        if plans
        else Markup('<p class="empty">{}</p>').format(visitor.say("No fault is planned.")),
    )


def _switch_row(title: str, state: str, *, value: str, label: str) -> Markup:
    return Markup(
        '<h2>{}</h2><p class="actions"><span>{}</span>'
        '<button name="action" value="{}">{}</button></p>'
    ).format(title, state, value, label)


def _app(call: Call) -> Any:
    return call.request.environ["simulator.app"]
