"""/services/oauth2/authorize: sign in, consent, and go back to the app with a code.

An app or a return address that is not known is told to the person: nothing is sent to an address
that the app did not register. Everything else goes back to the app as `error`.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from markupsafe import Markup
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import answer, scopes
from salesforce_simulator.oauth.model import App, OAuthError, find_app
from salesforce_simulator.pages.layout import form_token, page
from salesforce_simulator.pages.visitor import Visitor
from salesforce_simulator.reading import person_name

_CHALLENGE = re.compile(r"^[A-Za-z0-9_-]{43}$")


class ReturnedError(Exception):
    """A refusal that goes back to the app, which may be told."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an app asks for. `redirect_uri` is one it registered; `wants_token` asks for a token at
    once, in the part of the address that no server sees (user-agent flow)."""

    app: App
    redirect_uri: str
    state: str | None
    scope: str
    challenge: str | None
    prompt: frozenset[str]
    login_hint: str
    nonce: str | None
    wants_token: bool


def show(call: Call) -> Response:
    visitor = Visitor.of(call.org, call.request)
    try:
        wish = _read_wish(call)
    except OAuthError as refused:
        return _refusal_page(visitor, refused)
    try:
        _check_wish(call, wish)
    except ReturnedError as refused:
        return _return(wish, error=refused.error, error_description=refused.description)
    return _next_step(call, visitor, wish)


def submit(call: Call) -> Response:
    """Take the sign-in form or the answer to the consent page."""
    visitor = Visitor.of(call.org, call.request)
    try:
        wish = _read_wish(call)
    except OAuthError as refused:
        return _refusal_page(visitor, refused)
    if not visitor.form_is_ours():
        return _sign_in_page(visitor, wish, "This form is out of date. Please try again.")
    action = call.request.form.get("action")
    if action == "sign_in":
        return _sign_in(call, visitor, wish)
    if action == "deny":
        return _return(
            wish, error="access_denied", error_description="end-user denied authorization"
        )
    if action == "allow" and visitor.user_id:
        return _allow(call, wish, visitor.user_id)
    response = _again(call, without_prompt=False)
    visitor.sign_out(response)
    return response


def _next_step(call: Call, visitor: Visitor, wish: Wish) -> Response:
    hinted = call.org.users.find(wish.login_hint) if wish.login_hint else None
    if wish.app.auto_approve and hinted is not None:
        return _allow(call, wish, hinted["Id"])
    if not visitor.user_id or "login" in wish.prompt:
        return _sign_in_page(visitor, wish)
    approved = call.org.grants.has_approved(app=wish.app, user_id=visitor.user_id, scope=wish.scope)
    if approved and "consent" not in wish.prompt:
        return _allow(call, wish, visitor.user_id)
    return _consent_page(visitor, wish)


def _sign_in(call: Call, visitor: Visitor, wish: Wish) -> Response:
    form = call.request.form
    user_id = call.org.users.check_password(form.get("username", ""), form.get("password", ""))
    if not user_id:
        return _sign_in_page(visitor, wish, "The user name or the password is not right.")
    response = _again(call, without_prompt=True)
    visitor.sign_in(response, user_id)
    return response


def _allow(call: Call, wish: Wish, user_id: str) -> Response:
    if wish.wants_token:
        given = answer.tokens(call, wish.app, user_id=user_id, scope=wish.scope, nonce=wish.nonce)
        return _return(wish, **given)
    code = call.org.grants.issue_code(
        app=wish.app,
        user_id=user_id,
        scope=wish.scope,
        redirect_uri=wish.redirect_uri,
        challenge=wish.challenge,
        nonce=wish.nonce,
    )
    return _return(wish, code=code)


def _read_wish(call: Call) -> Wish:
    arguments = call.request.args
    app = find_app(call.org.grants.apps, arguments.get("client_id", ""))
    redirect_uri = arguments.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris:
        raise OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
    return Wish(
        app=app,
        redirect_uri=redirect_uri,
        state=arguments.get("state"),
        scope=arguments.get("scope") or app.scopes,
        challenge=arguments.get("code_challenge"),
        prompt=frozenset(arguments.get("prompt", "").split()),
        login_hint=arguments.get("login_hint", ""),
        nonce=arguments.get("nonce"),
        wants_token="user_agent" in app.flows and arguments.get("response_type") != "code",
    )


def _check_wish(call: Call, wish: Wish) -> None:
    arguments = call.request.args
    if not wish.wants_token and "authorization_code" not in wish.app.flows:
        raise ReturnedError("invalid_client", "web-server flow is not enabled for this app")
    supported = {"token", "token id_token"} if wish.wants_token else {"code"}
    if arguments.get("response_type") not in supported:
        raise ReturnedError("unsupported_response_type", "response type not supported")
    if not scopes.are_known(wish.scope):
        raise ReturnedError("invalid_scope", "the requested scope is invalid, unknown or malformed")
    if wish.challenge is None:
        if wish.app.require_pkce:
            raise ReturnedError("invalid_request", "missing required code challenge")
        return
    method = arguments.get("code_challenge_method", "S256")
    if method != "S256" or not _CHALLENGE.match(wish.challenge):
        raise ReturnedError("invalid_request", "invalid code challenge")


def _return(wish: Wish, **said: str) -> Response:
    """Send the browser back to the app, with what it is told in the query, or in the fragment."""
    parts = urlsplit(wish.redirect_uri)
    told = [*said.items(), *([("state", wish.state)] if wish.state is not None else [])]
    if wish.wants_token:
        return _redirect(urlunsplit(parts._replace(fragment=urlencode(told))))
    query = [*parse_qsl(parts.query), *told]
    return _redirect(urlunsplit(parts._replace(query=urlencode(query))))


def _again(call: Call, *, without_prompt: bool) -> Response:
    """Ask for the page anew; after signing in, without asking to sign in once more."""
    arguments = list(call.request.args.items(multi=True))
    if without_prompt:
        arguments = [
            (name, value.replace("login", "").strip() if name == "prompt" else value)
            for name, value in arguments
        ]
    return _redirect(f"{call.request.path}?{urlencode(arguments)}")


def _redirect(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _sign_in_page(visitor: Visitor, wish: Wish, problem: str = "") -> Response:
    body = Markup(
        """<h1>{title}</h1>
<form method="post">{token}
<label for="username">{username}</label>
<input id="username" name="username" value="{hint}" autocomplete="username" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<p class="actions"><button class="primary" name="action" value="sign_in">{button}</button></p>
</form>"""
    ).format(
        title=visitor.say("Sign in to the simulated org"),
        token=form_token(visitor),
        username=visitor.say("User name"),
        password=visitor.say("Password"),
        hint=visitor.request.form.get("username") or wish.login_hint,
        button=visitor.say("Sign in"),
    )
    return page(
        visitor,
        title=visitor.say("Sign in"),
        body=body,
        notice=visitor.say(problem) if problem else "",
        shape="card",
        status=400 if problem else 200,
    )


def _consent_page(visitor: Visitor, wish: Wish) -> Response:
    wishes = dict.fromkeys(
        visitor.say(scopes.MEANINGS[each]) if each in scopes.MEANINGS else each
        for each in wish.scope.split()
    )
    user = visitor.org.users.get(visitor.user_id) or {}
    body = Markup(
        """<h1>{title}</h1>
<p>{asks}</p>
<ul>{wishes}</ul>
<form method="post">{token}
<p class="actions"><button class="primary" name="action" value="allow">{allow}</button>
<button name="action" value="deny">{deny}</button></p>
<p class="quiet">{who} <button class="link" name="action" value="switch">{switch}</button></p>
<p class="quiet">{back}</p>
</form>"""
    ).format(
        title=visitor.say("Allow access?"),
        asks=visitor.say("{app} asks to:", app=wish.app.name),
        wishes=Markup("").join(Markup("<li>{}</li>").format(each) for each in wishes),
        token=form_token(visitor),
        allow=visitor.say("Allow"),
        deny=visitor.say("Deny"),
        who=visitor.say("You are signed in as {user}.", user=person_name(user)),
        switch=visitor.say("Not you?"),
        back=visitor.say(
            "After you choose, you return to {address}.",
            address=urlsplit(wish.redirect_uri).netloc,
        ),
    )
    return page(visitor, title=visitor.say("Allow access?"), body=body, shape="card")


def _refusal_page(visitor: Visitor, refused: OAuthError) -> Response:
    body = Markup("<h1>{}</h1><p><code>error={}</code></p><p>{}</p>").format(
        visitor.say("The request cannot be answered"), refused.error, refused.description
    )
    title = visitor.say("The request cannot be answered")
    return page(visitor, title=title, body=body, shape="card", status=400)
