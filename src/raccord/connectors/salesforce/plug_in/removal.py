"""How our plug-in leaves an org, so that the platform lets it go.

It deletes no class that a job waits for, no permission set that somebody has, and nothing that
what stays refers to. So the jobs end first, then the assignments, and what is deleted goes in two
deployments, each from those that refer to those that are referred to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import quote

from raccord.connectors.salesforce import errors
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.connectors.salesforce.plug_in import deployment, manifest, package, queries
from raccord.engine.errors import Failure

# By type, as the API names them. Of the second deployment everything needs the first one's absence.
_REFERRING = (
    "ApexTrigger",
    "CustomApplication",
    "CustomTab",
    "LightningComponentBundle",
    "PermissionSet",
)
_CODE = ("ApexClass",)
_SETTINGS = ("CustomObject", "NamedCredential")
_REFERRED_TO = ("CustomLabel", "CustomPermission", "ExternalCredential")

_CLASSES = "SELECT Name FROM ApexClass WHERE Name LIKE 'Raccord%'"
_SETS = "SELECT Id FROM PermissionSet WHERE Name IN ('RaccordIntegration', 'RaccordAdministrator')"
_ASSIGNED = "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId IN ({sets}) LIMIT 200"
# A permission set of ours for 5,000 people is beyond every use of it.
_MOST_ROUNDS = 25


def unsubscribe(calls: Calls) -> str:
    """Delete the settings of who sends; the trigger cannot go before them."""
    return _delete(calls, {"PlatformEventSubscriberConfig": ["RaccordWakeUp"]}, {})


def take_rights(calls: Calls) -> None:
    """Take our permission sets away from everybody; raises the failure of one that stays."""
    sets = [str(each.get("Id")) for each in queries.tooling(calls, _SETS)]
    if not sets:
        return
    listed = ", ".join(f"'{each}'" for each in sets)
    for _round in range(_MOST_ROUNDS):
        rows = queries.records(calls, _ASSIGNED.format(sets=listed))
        if not rows:
            return
        ids = ",".join(str(each.get("Id")) for each in rows)
        said = calls.call(
            "DELETE", f"{DATA}/composite/sobjects?ids={quote(ids)}&allOrNone=false", rows=len(rows)
        )
        _check_rows(said)
    raise Failure("salesforce.plug_in.too_many_assignments")


def delete(calls: Calls) -> str:
    """Delete everything that runs, and the permission sets."""
    there = {str(each.get("Name")) for each in queries.tooling(calls, _CLASSES)}
    ours = _ours()
    # Tests are there only where the org asked for them, or somebody deployed them.
    classes = {"ApexClass": sorted(ours["ApexClass"] & there)}
    return _delete(calls, _of(_REFERRING, ours), classes if classes["ApexClass"] else {})


def delete_settings(calls: Calls) -> str:
    """Delete what that used: lists, settings, texts, the address and the secret."""
    ours = _ours()
    return _delete(calls, _of(_SETTINGS, ours), _of(_REFERRED_TO, ours))


def delete_field(calls: Calls) -> str:
    """Delete our own id and its values."""
    fields = [each for each in _ours()["CustomField"] if each.endswith(".Raccord_Id__c")]
    return _delete(calls, {"CustomField": fields}, {})


def _delete(
    calls: Calls, first: Mapping[str, Collection[str]], then: Mapping[str, Collection[str]]
) -> str:
    packed = package.pack(package.removal(first, then))
    return deployment.start(calls, packed, removes=True)


def _ours() -> dict[str, set[str]]:
    return manifest.members(package.components(tests=True))


def _of(kinds: Collection[str], ours: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {kind: ours[kind] for kind in kinds}


def _check_rows(said: object) -> None:
    if not isinstance(said, list):
        raise errors.malformed(writes=False)
    for each in said:
        if isinstance(each, dict) and each.get("success") is not True:
            failure = errors.row_failure(each.get("errors"))
            # Somebody else took it away at the same moment.
            if failure.code != "salesforce.ENTITY_IS_DELETED":
                raise failure
