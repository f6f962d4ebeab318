"""The plug-in's own REST resource, once it is in the org: `salesforce-plugin/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.calls import Calls
from raccord.connectors.salesforce.plug_in import words
from raccord.engine.errors import Failure, PermissionMissing, RemoteGone

PATH = "/services/apexrest/raccord"
OBJECTS = ("Contact", "Lead")


def act(calls: Calls, action: str) -> None:
    """Have the plug-in start or stop. RemoteGone where there is none."""
    _call(calls, "POST", {"action": action})


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


def _call(calls: Calls, method: str, body: object) -> dict[str, object]:
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
