"""A person with a browser, and the requests an app makes, for the tests of OAuth."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import RETURN_ADDRESS, SALES, outside


class Browser(httpx.Client):
    """A person with a browser that keeps cookies and presses buttons."""

    def authorize(self, **changes: str | None) -> httpx.Response:
        wish: dict[str, str | None] = {
            "response_type": "code",
            "client_id": "app",
            "redirect_uri": RETURN_ADDRESS,
            "scope": "api refresh_token",
            "state": "s t&1",
            **changes,
        }
        sent = {name: value for name, value in wish.items() if value is not None}
        return self.follow(self.get(f"services/oauth2/authorize?{urlencode(sent)}"))

    def press(self, page: httpx.Response, action: str, **fields: str) -> httpx.Response:
        token = re.search(r'name="form_token" value="(\w+)"', page.text)
        assert token, page.text
        data = {"form_token": token[1], "action": action, **fields}
        return self.follow(self.post(page.url, data=data))

    def sign_in(self, page: httpx.Response, password: str | None = None) -> httpx.Response:
        return self.press(page, "sign_in", username=SALES, password=password or "sales-pass")

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Follow redirects within the org, and stop at one that leaves it."""
        while answer.is_redirect and not answer.headers["Location"].startswith(RETURN_ADDRESS):
            answer = self.get(answer.headers["Location"])
        return answer


def returned(answer: httpx.Response) -> dict[str, str]:
    """What the app is told in the address that the browser is sent to."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    assert address.startswith(RETURN_ADDRESS)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def token(simulator: Simulator, **data: str) -> httpx.Response:
    sent = {"client_id": "app", "client_secret": "app-secret", **data}
    return outside.post(f"{simulator.url}/services/oauth2/token", data=sent)


def exchange(simulator: Simulator, code: str, **data: str) -> httpx.Response:
    sent = {"grant_type": "authorization_code", "redirect_uri": RETURN_ADDRESS, **data}
    return token(simulator, code=code, **sent)


def consent(person: Browser, **changes: str | None) -> str:
    page = person.authorize(**changes)
    if "password" in page.text:
        page = person.sign_in(page)
    return returned(person.press(page, "allow"))["code"]


def works(simulator: Simulator, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"}
    return outside.get(f"{simulator.url}/services/data/v62.0/limits", headers=headers).is_success


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    return answer.status_code, body["error"], body["error_description"]
