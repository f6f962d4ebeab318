"""What the record pages share: their menu, the sales user they act as, where they lead."""

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import person_name

# The objects that have pages, with their label for many.
OBJECTS = {"Contact": "Contacts", "Lead": "Leads", "Account": "Accounts"}


def navigation(visitor: Visitor, current: str) -> Markup:
    """Return the menu with the current entry marked, and whose edits these are."""
    entries = [(name, f"/page/{name}", label) for name, label in OBJECTS.items()]
    entries += [("bin", "/page/bin", "Recycle bin"), ("calls", "/page/calls", "API calls")]
    entries += [("trouble", "/page/trouble", "Trouble")]
    links = Markup("").join(
        Markup('<a href="{}"{}>{}</a>').format(
            address,
            Markup(' aria-current="page"') if name == current else Markup(""),
            visitor.say(label),
        )
        for name, address, label in entries
    )
    return Markup("<nav>{}</nav>{}").format(links, _acting_as(visitor))


def redirect(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def missing_page(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    body = Markup('<h1>{}</h1><p><a href="/">{}</a></p>').format(
        visitor.say("This record does not exist."), visitor.say("Go back to the list")
    )
    title = visitor.say("This record does not exist.")
    return page(visitor, title=title, body=body, navigation=navigation(visitor, ""), status=404)


def shown_moment(stamp: str) -> str:
    """Show a date-time to the second, in UTC as the API gives it."""
    return f"{stamp[:10]} {stamp[11:19]}"


def _acting_as(visitor: Visitor) -> Markup:
    users = visitor.org.store("User").live.values()
    acting = visitor.acting_user()
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            row["Id"],
            Markup(" selected") if row["Id"] == acting else Markup(""),
            person_name(row),
        )
        for row in users
        if row.get("IsActive")
    )
    return Markup(
        """<form class="acting" method="post" action="/page/acting">{token}
<label for="acting">{label}</label><select id="acting" name="user">{options}</select>
<button>{change}</button></form>"""
    ).format(
        token=form_token(visitor),
        label=visitor.say("Acting as"),
        options=options,
        change=visitor.say("Change"),
    )
