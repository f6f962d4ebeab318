"""Who looks at a page: signed in as whom, in which language, with which form token.

Everything is in cookies signed with the org's secret; the server keeps no page sessions.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from salesforce_simulator.org import Org
from salesforce_simulator.pages.texts import translate

SESSION, ACTING, FORM, LANGUAGE = "sim_session", "sim_acting", "sim_form", "sim_language"
LANGUAGES = ("en", "fr")
_SESSION_SECONDS = 12 * 3600


@dataclass(slots=True)
class Visitor:
    """One request's visitor. `user_id` is empty until someone signs in."""

    org: Org
    request: Request
    user_id: str
    language: str
    form_nonce: str

    @classmethod
    def of(cls, org: Org, request: Request) -> "Visitor":
        language = request.args.get("lang") or request.cookies.get(LANGUAGE, "")
        if language not in LANGUAGES:
            language = request.accept_languages.best_match(LANGUAGES) or "en"
        nonce = request.cookies.get(FORM) or secrets.token_urlsafe(16)
        return cls(org, request, _signed_in(org, request), language, nonce)

    def say(self, text: str, **values: object) -> str:
        """Return a text in the visitor's language, with its values put in."""
        return translate(text, self.language).format(**values)

    def form_token(self) -> str:
        """What every form carries: only a page of ours can know it."""
        return _sign(self.org, "form", self.form_nonce)

    def form_is_ours(self) -> bool:
        sent = self.request.form.get("form_token", "")
        known = FORM in self.request.cookies
        return known and hmac.compare_digest(sent.encode(), self.form_token().encode())

    def keep(self, response: Response) -> Response:
        """Set the cookies that the page needs."""
        self._cookie(response, FORM, self.form_nonce)
        if self.request.args.get("lang") in LANGUAGES:
            self._cookie(response, LANGUAGE, self.language, seconds=365 * 24 * 3600)
        return response

    def sign_in(self, response: Response, user_id: str) -> None:
        expires = int(self.org.now().timestamp()) + _SESSION_SECONDS
        text = f"{user_id}.{expires}"
        value = f"{text}.{_sign(self.org, 'session', text)}"
        self._cookie(response, SESSION, value, seconds=_SESSION_SECONDS)

    def sign_out(self, response: Response) -> None:
        response.delete_cookie(SESSION)

    def acting_user(self) -> str:
        """The sales user whose edits on the record pages these are: chosen, signed in, or first."""
        chosen = self.request.cookies.get(ACTING, "")
        for user_id in (chosen, self.user_id):
            if self.org.users.get(user_id):
                return user_id
        return self.org.users.salesperson()

    def act_as(self, response: Response, user_id: str) -> None:
        self._cookie(response, ACTING, user_id)

    def _cookie(
        self, response: Response, name: str, value: str, *, seconds: int | None = None
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            httponly=True,
            samesite="Lax",
            secure=self.request.is_secure,
        )


def _signed_in(org: Org, request: Request) -> str:
    user_id, _, rest = request.cookies.get(SESSION, "").partition(".")
    expires, _, signature = rest.partition(".")
    expected = _sign(org, "session", f"{user_id}.{expires}")
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return ""
    if int(expires) < org.now().timestamp() or org.users.get(user_id) is None:
        return ""
    return user_id


def _sign(org: Org, purpose: str, text: str) -> str:
    message = f"{purpose}:{text}".encode()
    return hmac.new(org.secret.encode(), message, hashlib.sha256).hexdigest()
