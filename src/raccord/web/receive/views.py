"""What becomes of a message that somebody posts to the webhook of a connection.

In this order: is there such an address, may so much be read, is it complete, what does its
connector read in it; then `sync/receive.py` stores it, and only then it is answered.
docs/reference/webhook.md is the contract.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse

from raccord.connections import receiving_address
from raccord.connections.endpoints import declaration_of
from raccord.connections.models import ReceivingAddress
from raccord.connectors import webhook
from raccord.connectors import webhook_refusals as refusals
from raccord.connectors.events import Message
from raccord.engine.errors import BadInput, Failure
from raccord.sync import receive as receiving
from raccord.web.receive import answers
from raccord.web.sign_in_wall import open_to_all

log = structlog.get_logger(__name__)

PREFIX = "/receive/"


@open_to_all
def receive(request: HttpRequest, *, key: UUID | None) -> HttpResponse:
    """Take a message, or say why not; whatever comes, the answer is JSON.

    key: of the address, None where there is none that could be one.
    """
    now = datetime.now(UTC)
    address = None
    try:
        if key is None:
            raise BadInput(refusals.NO_SUCH_ADDRESS)
        if request.method != "POST":
            raise BadInput(refusals.NOT_A_POST)
        address = _address(key)
        return _taken(request, address, now=now)
    except BadInput as problem:
        _note(address, problem.code)
        return answers.refusal(problem.code, now=now)
    except Failure as failure:
        # The vault has another key than the one that sealed the secret: that can be put right.
        log.warning("receive.refused", code=failure.code, reason="installation")
        return answers.refusal(refusals.UNAVAILABLE, now=now)
    except (OperationalError, InterfaceError) as error:
        log.warning("receive.refused", code=refusals.UNAVAILABLE, reason=type(error).__name__)
        return answers.refusal(refusals.UNAVAILABLE, now=now)
    except DatabaseError:
        # Not what was sent, which is checked: a server in recovery, a connection removed meanwhile.
        log.exception("receive.not_stored")
        return answers.refusal(refusals.UNAVAILABLE, now=now)
    except Exception:
        log.exception("receive.failed")
        return answers.refusal(refusals.FAILED, now=now)


def address_of(address: ReceivingAddress, *, public_url: str) -> str:
    """The whole web address, as it is entered on the other side."""
    return public_url + reverse("receive", args=[address.key])


def _address(key: UUID) -> ReceivingAddress:
    address = receiving_address.find(key)
    if address is None:
        raise BadInput(refusals.NO_SUCH_ADDRESS)
    if address.closed_at:
        raise BadInput(refusals.CLOSED)
    return address


def _taken(request: HttpRequest, address: ReceivingAddress, *, now: datetime) -> HttpResponse:
    connection = address.connection
    if not receiving_address.offered(connection.source):
        raise BadInput(refusals.UNAVAILABLE)  # it comes back with its connector
    read = declaration_of(connection.source).receive
    assert read is not None  # noqa: S101 - offered
    message = Message(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=_body(request),
        keys=receiving_address.keys(address, now=now),
        now=now,
    )
    announced = read(message)
    taken = receiving.take(connection, announced)
    return answers.taken(taken.ids, announced.refused, now=now)


def _body(request: HttpRequest) -> bytes:
    """The body, if it says how long it is and is not too long; read only then."""
    stated = request.META.get("CONTENT_LENGTH") or ""
    if not (stated.isascii() and stated.isdigit()) or "HTTP_TRANSFER_ENCODING" in request.META:
        raise BadInput(refusals.LENGTH_MISSING)
    if len(stated.lstrip("0")) > 10 or int(stated) > webhook.LARGEST:
        raise BadInput(refusals.TOO_LARGE)
    try:
        body = request.read()
    except UnreadablePostError:
        raise BadInput(refusals.INCOMPLETE) from None
    if len(body) < int(stated):
        raise BadInput(refusals.INCOMPLETE)
    return body


def _note(address: ReceivingAddress | None, code: str) -> None:
    """Told to people on the connection's page; a failure of that changes no answer."""
    connection = address.connection_id if address else None
    log.info("receive.refused", code=code, connection=connection)
    if address is None:
        return
    try:
        receiving_address.note_refused(address, code)
    except (DatabaseError, InterfaceError):
        log.warning("receive.refusal_not_noted", connection=connection)
