"""The plug-in's own REST resource, once it is in the org: `salesforce-plugin/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from raccord.connectors.plug_in import Health, State
from raccord.connectors.salesforce import errors, wire
from raccord.connectors.salesforce.calls import Calls
from raccord.connectors.salesforce.plug_in import words
from raccord.engine.errors import Failure, PermissionMissing, RemoteGone

PATH = "/services/apexrest/raccord"
OBJECTS = ("Contact", "Lead")

_MOMENTS = ("waiting_since", "last_attempt_at", "last_success_at", "retry_at")
_LONGEST_CODE = 120
_LONGEST_DETAIL = 255


def act(calls: Calls, action: str) -> Health:
    """Have the plug-in do something. RemoteGone where there is none."""
    return _read(_call(calls, "POST", {"action": action}))


def health(calls: Calls) -> Health:
    """What the plug-in says of itself. RemoteGone where there is none."""
    return _read(_call(calls, "GET", None))


def watch(calls: Calls, fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Replace the lists of watched fields; gives those that the org has not."""
    wanted = {name: list(names) for name, names in fields.items() if name in OBJECTS}
    said = _call(calls, "PUT", {"watched": wanted})
    unknown = said.get("unknown")
    if not isinstance(unknown, dict):
        raise errors.malformed(writes=False)
    return {
        str(name): [str(each) for each in missing]
        for name, missing in unknown.items()
        if isinstance(missing, list) and missing
    }


def _read(said: Mapping[str, object]) -> Health:
    """A status as `RaccordStatus` writes it; what an older one does not say is not known."""
    try:
        state = State(str(said.get("state")))
        moments = {name: wire.instant(said.get(name)) for name in _MOMENTS}
    except ValueError:
        raise errors.malformed(writes=False) from None
    return Health(
        version=str(said.get("plugin") or ""),
        state=state,
        scheduled=said.get("scheduled") is True,
        waiting=_count(said.get("waiting")),
        waiting_more=said.get("waiting_more") is True,
        waiting_since=moments["waiting_since"],
        given_up=_count(said.get("dead")),
        given_up_more=said.get("dead_more") is True,
        attempted_at=moments["last_attempt_at"],
        delivered_at=moments["last_success_at"],
        retry_at=moments["retry_at"],
        status=_count(said.get("last_status")),
        reason=str(said.get("last_reason") or "")[:_LONGEST_CODE],
        detail=str(said.get("last_detail") or "")[:_LONGEST_DETAIL],
        sent_as=str(said.get("sent_as") or "")[:_LONGEST_CODE],
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _call(calls: Calls, method: str, body: object) -> Mapping[str, object]:
    try:
        said = calls.call(method, PATH, body=body)
    except PermissionMissing as failure:
        raise PermissionMissing(words.MAY_NOT_USE, detail=failure.detail) from None
    except Failure as failure:
        # The platform says this of an address that no class answers at.
        if failure.code == "salesforce.NOT_FOUND":
            raise RemoteGone(words.NOT_INSTALLED, detail=failure.detail) from None
        raise
    if not isinstance(said, dict):
        raise errors.malformed(writes=False)
    return said
