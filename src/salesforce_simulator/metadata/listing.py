"""describeMetadata and listMetadata: which types there are, and which components of each."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.metadata.holdings import Holding, holdings
from salesforce_simulator.metadata.result import user_name
from salesforce_simulator.metadata.types import TYPES, is_known

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


class UnknownTypeError(ValueError):
    """There is no type of that name."""


def describe_metadata() -> dict[str, Any]:
    """Return a DescribeMetadataResult of the types this org knows."""
    return {
        "metadataObjects": [
            {
                "childXmlNames": sorted(kind.children.values()),
                "directoryName": kind.folder,
                "inFolder": False,
                "metaFile": kind.with_meta,
                "suffix": kind.suffix,
                "xmlName": kind.name,
            }
            for kind in sorted(TYPES.values(), key=lambda each: each.name)
        ],
        "organizationNamespace": "",
        "partialSaveAllowed": True,
        "testRequired": False,
    }


def list_metadata(org: "Org", kind: str) -> list[dict[str, Any]]:
    """Return the FileProperties of a type's components. UnknownTypeError if there is no type."""
    if not is_known(kind):
        raise UnknownTypeError(f"INVALID_TYPE: Unknown type:{kind}")
    return [file_properties(org, each) for each in holdings(org, kind)]


def file_properties(org: "Org", holding: Holding, *, folder: str = "") -> dict[str, Any]:
    """Return what is said of a component; folder: of the zip it lies in, with its slash."""
    kept = holding.kept
    admin = org.users.first()
    created_by = kept.created_by if kept else admin
    modified_by = kept.modified_by if kept else admin
    beginning = "1970-01-01T00:00:00.000+0000"
    return {
        "createdById": created_by,
        "createdByName": user_name(org, created_by),
        "createdDate": kept.created if kept else beginning,
        "fileName": f"{folder}{holding.path}",
        "fullName": holding.full_name,
        "id": kept.id if kept else "",
        "lastModifiedById": modified_by,
        "lastModifiedByName": user_name(org, modified_by),
        "lastModifiedDate": kept.modified if kept else beginning,
        "manageableState": "unmanaged",
        "type": holding.type,
    }
