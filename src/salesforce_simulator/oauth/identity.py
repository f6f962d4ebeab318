"""Who a token belongs to, whether it is good, and taking it back."""

import re
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator import media
from salesforce_simulator.call import Call
from salesforce_simulator.oauth.client import authenticate
from salesforce_simulator.oauth.model import OAuthError, Session
from salesforce_simulator.reading import person_name
from salesforce_simulator.releases import NEWEST
from salesforce_simulator.store import Row

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)

_URLS = {
    "enterprise": "/services/Soap/c/{version}/",
    "metadata": "/services/Soap/m/{version}/",
    "partner": "/services/Soap/u/{version}/",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
}


def show_identity(call: Call, org_id: str, user_id: str) -> Response:
    """Answer the identity address of a token answer."""
    session, row = _session(call)
    if org_id[:15] != call.org.id[:15]:
        return _refuse("Wrong_Org")
    if session is None or row is None or user_id[:15] != row["Id"][:15]:
        return _refuse("Bad_OAuth_Token" if _bearer(call) else "Missing_OAuth_Token")
    identity = f"{call.origin}/id/{call.org.id}/{row['Id']}"
    return _write(
        call,
        {
            "id": identity,
            "asserted_user": True,
            "user_id": row["Id"],
            "organization_id": call.org.id,
            "username": row["Username"],
            "nick_name": row["CommunityNickname"],
            "display_name": person_name(row),
            "email": row["Email"],
            "email_verified": True,
            "first_name": row.get("FirstName"),
            "last_name": row["LastName"],
            "timezone": row["TimeZoneSidKey"],
            "photos": _photos(call),
            "addr_street": row.get("Street"),
            "addr_city": row.get("City"),
            "addr_state": row.get("State"),
            "addr_country": row.get("Country"),
            "addr_zip": row.get("PostalCode"),
            "mobile_phone": row.get("MobilePhone"),
            "mobile_phone_verified": False,
            "is_lightning_login_user": False,
            "status": {"created_date": None, "body": None},
            "urls": _urls(call, row),
            "active": True,
            "user_type": "STANDARD",
            "language": row["LanguageLocaleKey"],
            "locale": row["LocaleSidKey"],
            "utcOffset": 3600000,
            "last_modified_date": row["LastModifiedDate"],
            "is_app_installed": True,
        },
    )


def show_userinfo(call: Call) -> Response:
    session, row = _session(call)
    if session is None or row is None:
        return _refuse("Bad_OAuth_Token" if _bearer(call) else "Missing_OAuth_Token")
    photos = _photos(call)
    return call.answer(
        {
            "sub": f"{call.origin}/id/{call.org.id}/{row['Id']}",
            "user_id": row["Id"],
            "organization_id": call.org.id,
            "preferred_username": row["Username"],
            "nickname": row["CommunityNickname"],
            "name": person_name(row),
            "email": row["Email"],
            "email_verified": True,
            "given_name": row.get("FirstName"),
            "family_name": row["LastName"],
            "zoneinfo": row["TimeZoneSidKey"],
            "photos": photos,
            "profile": f"{call.origin}/{row['Id']}",
            "picture": photos["picture"],
            "address": {},
            "urls": _urls(call, row),
            "active": True,
            "user_type": "STANDARD",
            "language": row["LanguageLocaleKey"],
            "locale": row["LocaleSidKey"],
            "utcOffset": 3600000,
            "updated_at": row["LastModifiedDate"],
        }
    )


def introspect(call: Call) -> Response:
    """Tell an app about a token: who it stands for and until when, or only that it is no good."""
    authenticate(call)
    token = call.request.form.get("token", "")
    if not token:
        raise OAuthError("invalid_request", "missing required parameters: token")
    session = call.org.grants.session(token)
    approval = call.org.grants.approval_of(token) if session is None else None
    grant = session or approval
    user = call.org.users.get(grant.user_id) if grant else None
    if grant is None or user is None:
        return call.answer({"active": False})
    content: dict[str, Any] = {
        "active": True,
        "scope": grant.scope,
        "client_id": grant.client_id,
        "username": user["Username"],
        "sub": f"{call.origin}/id/{call.org.id}/{user['Id']}",
        "token_type": "access_token" if session else "refresh_token",
    }
    if session is not None:
        issued_at = int(session.issued_at)
        until = int(session.last_used + call.org.grants.session_seconds)
        content |= {"exp": until, "iat": issued_at, "nbf": issued_at}
    return call.answer(content)


def revoke(call: Call) -> Response:
    token = call.request.values.get("token", "")
    if not call.org.grants.revoke(token):
        raise OAuthError("invalid_token", "invalid token")
    return call.no_content(status=200)


def _write(call: Call, content: dict[str, Any]) -> Response:
    """Answer in the form that `format` or Accept ask for; in a `callback` for scripts."""
    callback = call.request.args.get("callback", "")
    if _CALLBACK.fullmatch(callback):
        text = media.write_json(content, pretty=False).decode()
        return Response(f"{callback}({text});", content_type="text/javascript;charset=UTF-8")
    form = call.request.values.get("format", "")
    if form == "xml" or (form not in {"json", "urlencoded"} and call.wants_xml):
        return Response(media.write_xml(content, root="user"), content_type=media.XML)
    return Response(media.write_json(content, pretty=False), content_type=media.JSON)


def _session(call: Call) -> tuple[Session | None, Row | None]:
    token = _bearer(call)
    session = call.org.grants.session(token) if token else None
    return session, call.org.users.get(session.user_id) if session else None


def _bearer(call: Call) -> str:
    scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "oauth"} and token:
        return token
    return call.request.values.get("oauth_token", "")


def _refuse(word: str) -> Response:
    return Response(word, status=403, content_type="text/html;charset=UTF-8")


def _photos(call: Call) -> dict[str, str]:
    return {
        "picture": f"{call.origin}/profilephoto/005/F",
        "thumbnail": f"{call.origin}/profilephoto/005/T",
    }


def _urls(call: Call, row: Row) -> dict[str, Any]:
    version = call.request.args.get("version", "{version}")
    shown = f"{NEWEST}.0" if version == "latest" else version
    urls = {
        name: f"{call.origin}{path.replace('{version}', shown)}" for name, path in _URLS.items()
    }
    profile = f"{call.origin}/{row['Id']}"
    return {**urls, "profile": profile, "custom_domain": call.origin}
