"""The page on which a person enters the code that a device shows, and allows or denies it.

code and sign-in -> consent -> done; the device asks meanwhile (`device.py`)
"""

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import scopes
from salesforce_simulator.oauth.device import PAGE, Pending, waiting
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import person_name


def show(call: Call) -> Response:
    """Ask a person for the code, and to sign in."""
    return _code_page(call, Visitor.of(call.org, call.request))


def submit(call: Call) -> Response:
    """Take the code with the sign-in, or the person's choice."""
    visitor = Visitor.of(call.org, call.request)
    form = call.request.form
    if not visitor.form_is_ours():
        problem = visitor.say("This form is out of date. Please try again.")
        return _code_page(call, visitor, problem)
    pending = waiting(call, form.get("user_code", ""))
    if pending is None:
        problem = visitor.say("This code is not known, or too old.")
        return _code_page(call, visitor, problem)
    if not visitor.user_id:
        return _sign_in(call, visitor, pending)
    return _decide(call, visitor, pending)


def _sign_in(call: Call, visitor: Visitor, pending: Pending) -> Response:
    form = call.request.form
    user_id = call.org.users.check_password(form.get("username", ""), form.get("password", ""))
    if not user_id:
        problem = visitor.say("The user name or the password is not right.")
        return _code_page(call, visitor, problem)
    visitor.user_id = user_id
    response = _consent_page(call, visitor, pending)
    visitor.sign_in(response, user_id)
    return response


def _decide(call: Call, visitor: Visitor, pending: Pending) -> Response:
    action = call.request.form.get("action")
    if action == "allow":
        pending.user_id = visitor.user_id
        said = visitor.say("The device is connected. You can close this page.")
        return _done_page(visitor, said)
    if action == "deny":
        pending.denied = True
        said = visitor.say("The device is not connected. You can close this page.")
        return _done_page(visitor, said)
    return _consent_page(call, visitor, pending)


def _code_page(call: Call, visitor: Visitor, problem: str = "") -> Response:
    body = Markup(
        """<h1>{title}</h1>
<form method="post" action="{address}">{token}
<label for="user_code">{code}</label>
<input id="user_code" name="user_code" value="{given}" autocomplete="off" required autofocus>
{sign_in}
<p class="actions"><button class="primary" name="action" value="connect">{button}</button></p>
</form>"""
    ).format(
        title=visitor.say("Connect a device"),
        address=PAGE,
        token=form_token(visitor),
        code=visitor.say("Code that the device shows"),
        given=call.request.values.get("user_code", ""),
        sign_in="" if visitor.user_id else _sign_in_fields(visitor),
        button=visitor.say("Next"),
    )
    return page(
        visitor,
        title=visitor.say("Connect a device"),
        body=body,
        notice=problem,
        shape="card",
        status=400 if problem else 200,
    )


def _sign_in_fields(visitor: Visitor) -> Markup:
    return Markup(
        """<label for="username">{username}</label>
<input id="username" name="username" autocomplete="username" required>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>"""
    ).format(username=visitor.say("User name"), password=visitor.say("Password"))


def _consent_page(call: Call, visitor: Visitor, pending: Pending) -> Response:
    app = call.org.grants.apps[pending.client_id]
    meanings = dict.fromkeys(
        visitor.say(scopes.MEANINGS[each]) if each in scopes.MEANINGS else each
        for each in pending.scope.split()
    )
    user = call.org.users.get(visitor.user_id) or {}
    body = Markup(
        """<h1>{title}</h1>
<p>{asks}</p>
<ul>{meanings}</ul>
<form method="post" action="{address}">{token}
<input type="hidden" name="user_code" value="{code}">
<p class="actions"><button class="primary" name="action" value="allow">{allow}</button>
<button name="action" value="deny">{deny}</button></p>
</form>
<p class="quiet">{who}</p>"""
    ).format(
        title=visitor.say("Allow access?"),
        asks=visitor.say("{app} asks to:", app=app.name),
        meanings=Markup("").join(Markup("<li>{}</li>").format(each) for each in meanings),
        address=PAGE,
        token=form_token(visitor),
        code=pending.user_code,
        allow=visitor.say("Allow"),
        deny=visitor.say("Deny"),
        who=visitor.say("You are signed in as {user}.", user=person_name(user)),
    )
    return page(visitor, title=visitor.say("Allow access?"), body=body, shape="card")


def _done_page(visitor: Visitor, text: str) -> Response:
    title = visitor.say("Connect a device")
    body = Markup("<h1>{}</h1><p>{}</p>").format(title, text)
    return page(visitor, title=title, body=body, shape="card")
