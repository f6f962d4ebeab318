"""A web address that is told as well: a chat tool's, or anything that reads signed JSON.

The address is typed by a person, so it may lead anywhere: into the network that Raccord runs in,
or to the machine itself. Only addresses that anybody could reach are called, unless the
installation allows private ones, and the name is looked up once: the connection goes to the very
address that was checked. Redirections are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

import httpx
import structlog
from django.conf import settings

from raccord.alerts.models import AlertHook
from raccord.connections import vault
from raccord.connections.models import Integration
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

INVALID = "raccord.alert_hook.invalid"
NOT_SECURE = "raccord.alert_hook.not_secure"
NOT_PUBLIC = "raccord.alert_hook.not_public"
UNKNOWN_HOST = "raccord.alert_hook.unknown_host"

SIGNATURE = "X-Raccord-Signature"
_SECONDS = 10.0
_LONGEST = 2_000


class HookError(OSError):
    """The address answered, or leads, otherwise than it should."""


def store(integration: Integration, *, address: str, language: str) -> str:
    """Tell this address as well, in place of a former one; returns the new signing secret.

    Raises BadInput at ``address`` if it is none that may be called.
    """
    parts = _checked(address)
    _resolve(parts)
    secret = secrets.token_urlsafe(32)
    AlertHook.objects.update_or_create(
        integration=integration,
        defaults={
            "address_sealed": vault.seal(parts.geturl()),
            "host": parts.hostname or "",
            "secret_sealed": vault.seal(secret),
            "language": language,
        },
    )
    log.info("alert_hook.stored", integration=integration.pk)
    return secret


def remove(integration: Integration) -> None:
    """Tell the address no more."""
    AlertHook.objects.filter(integration=integration).delete()
    log.info("alert_hook.removed", integration=integration.pk)


def post(hook: AlertHook, facts: Mapping[str, object]) -> None:
    """Post the facts as JSON, signed; raises OSError if that did not succeed.

    The body carries `sent_at`, so that a reader can refuse what is old. Signature: "v1=" and the
    hexadecimal HMAC-SHA256 of the body.
    """
    parts = urlsplit(vault.unseal(hook.address_sealed))
    if not parts.hostname:  # given up with a lost vault key
        raise HookError(INVALID)
    body = json.dumps({**facts, "sent_at": datetime.now(UTC).isoformat()}).encode()
    signature = hmac.new(vault.unseal(hook.secret_sealed).encode(), body, hashlib.sha256)
    try:
        host = _resolve(parts)
    except BadInput as problem:
        raise HookError(problem.code) from None
    bracketed = f"[{host}]" if ":" in host else host
    target = parts._replace(netloc=f"{bracketed}:{parts.port}" if parts.port else bracketed)
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(
                target.geturl(),
                content=body,
                headers={
                    "Host": parts.netloc,
                    "Content-Type": "application/json",
                    SIGNATURE: f"v1={signature.hexdigest()}",
                },
                extensions={"sni_hostname": parts.hostname},
            )
    except httpx.HTTPError as fault:
        raise HookError(type(fault).__name__) from None
    if not answer.is_success:
        raise HookError(f"HTTP {answer.status_code}")


def _checked(address: str) -> SplitResult:
    """The parts of an address that could be called; raises BadInput at ``address``."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        _port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise BadInput(INVALID, at="address") from None
    is_printable = address.isascii() and address.isprintable() and " " not in address
    is_odd = parts.username is not None or parts.password is not None or not is_printable
    if not host or is_odd or len(address) > _LONGEST or parts.scheme not in ("https", "http"):
        raise BadInput(INVALID, at="address")
    if parts.scheme == "http" and not settings.PRIVATE_ALERT_HOOKS:
        raise BadInput(NOT_SECURE, at="address")
    return parts._replace(fragment="")


def _resolve(parts: SplitResult) -> str:
    """One IP address of the host; raises BadInput at ``address`` if any may not be called."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadInput(UNKNOWN_HOST, {"host": str(parts.hostname)[:80]}, at="address") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.PRIVATE_ALERT_HOOKS and not all(map(_is_public, addresses)):
        raise BadInput(NOT_PUBLIC, {"host": str(parts.hostname)[:80]}, at="address")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast
