"""What every successful grant answers, and the three forms in which it may be asked for."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from salesforce_simulator import media
from salesforce_simulator.call import Call
from salesforce_simulator.oauth.model import App
from salesforce_simulator.oauth.signing import id_token

FORMS = ("json", "xml", "urlencoded")
_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_URL_ENCODED = "application/x-www-form-urlencoded"


def tokens(
    call: Call,
    app: App,
    *,
    user_id: str,
    scope: str,
    approval_id: str | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """Open a session and return its answer: every value is text."""
    token = call.org.grants.open_session(
        user_id=user_id, client_id=app.client_id, scope=scope, approval_id=approval_id
    )
    identity = f"{call.origin}/id/{call.org.id}/{user_id}"
    issued_at = str(int(call.org.now().timestamp() * 1000))
    answer = {
        "access_token": token,
        "signature": signature(app.client_secret, identity, issued_at),
        "scope": scope,
        "instance_url": call.origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
    if "openid" in scope.split():
        answer["id_token"] = id_token(
            call.org,
            issuer=call.origin,
            subject=identity,
            audience=app.client_id,
            access_token=token,
            nonce=nonce,
        )
    return answer


def signature(client_secret: str, identity: str, issued_at: str) -> str:
    """Return the base64 HMAC-SHA256 by which a client can tell that the answer is the org's."""
    message = f"{identity}{issued_at}".encode()
    digest = hmac.new(client_secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def write(call: Call, content: Mapping[str, object], *, status: int = 200) -> Response:
    """Return an OAuth answer as `format` or Accept ask for it: JSON unless told otherwise."""
    form = _form(call)
    if form == "xml":
        data, kind = media.write_xml(content, root="OAuth"), media.XML
    elif form == "urlencoded":
        data, kind = urlencode(content).encode(), _URL_ENCODED
    else:
        pretty = call.request.headers.get("X-PrettyPrint") == "1"
        data, kind = media.write_json(content, pretty=pretty), media.JSON
    return Response(data, status=status, headers=_NOT_KEPT, content_type=kind)


def _form(call: Call) -> str:
    asked = call.request.values.get("format", "")
    if asked in FORMS:
        return asked
    accepted = call.request.accept_mimetypes
    if call.wants_xml:
        return "xml"
    return "urlencoded" if _URL_ENCODED in accepted.values() else "json"
