"""From a stored connection or authorization to a connector that one can talk through.

Everything a connector needs is put together here: the shared client, the tokens, the clock, and
the counter of its calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from raccord.connections import call_counts, clocks
from raccord.connections.endpoints import declaration_of, shared_client
from raccord.connections.models import Authorization, Connection
from raccord.connections.tokens import StoredTokens
from raccord.connectors.base import Connector, Conversation, Declaration, Usage
from raccord.connectors.plug_in import PlugIn
from raccord.engine.clocks import Offset
from raccord.engine.errors import BadInput
from raccord.engine.schema import RemoteObject
from raccord.installation import hold

NO_PLUG_IN = "raccord.plug_in.none"


def open_connector(
    through: Connection | Authorization, *, schemas: dict[str, RemoteObject] | None = None
) -> Connector:
    """A connector for `through`; makes no call yet, so a lost grant shows at the first one.

    schemas: what is known of objects, by name, which then need not be described; may be added to.

    Calls of a connection are counted in memory: `call_counts.store()` writes them down, once
    for many calls. Raises BadInput if the connector of its source is no longer installed, and
    Transient while the installation is held.
    """
    conversation = _conversation(through)
    if schemas is not None:
        conversation = replace(conversation, schemas=schemas)
    return _declaration(through).open(conversation)


def open_plug_in(connection: Connection) -> PlugIn:
    """What talks about the plug-in of the connection's source; makes no call yet.

    Raises BadInput if the source has no plug-in, or its connector is no longer installed, and
    Transient while the installation is held.
    """
    declared = _declaration(connection).plug_in
    if declared is None:
        raise BadInput(NO_PLUG_IN)
    return declared.open(_conversation(connection))


def _declaration(through: Connection | Authorization) -> Declaration:
    if isinstance(through, Connection):
        return declaration_of(through.authorization.source)
    return declaration_of(through.source)


def _conversation(through: Connection | Authorization) -> Conversation:
    hold.require_not_held()
    on_call: Callable[[int], None] = _uncounted
    on_clock: Callable[[Offset], None] = _unmeasured
    on_usage: Callable[[Usage], None] = _untold
    if isinstance(through, Connection):
        authorization = through.authorization
        tokens = StoredTokens(authorization.pk, organization=through.organization)
        on_call = partial(call_counts.note, through.pk)
        on_clock = partial(clocks.note, through.pk)
        on_usage = partial(call_counts.note_usage, through.pk)
    else:
        authorization = through
        tokens = StoredTokens(authorization.pk)
    return Conversation(
        client=shared_client(_declaration(through)),
        tokens=tokens,
        instance_url=authorization.instance_url,
        clock=_now,
        on_call=on_call,
        on_clock=on_clock,
        on_usage=on_usage,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _uncounted(_rows: int) -> None:
    """Before there is a connection, there is no counter to add to."""


def _unmeasured(_offset: Offset) -> None:
    """Nor is there anything whose changes could be compared."""


def _untold(_usage: Usage) -> None:
    """Nor anybody who would be warned."""
