"""Packages of metadata for tests: their files, their zip, and what a deployment of one says."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx

from tests.waiting import wait_until

_OPEN = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = (
    'xmlns="http://soap.sforce.com/2006/04/metadata" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def document(root: str, inner: str) -> str:
    """Return a metadata file."""
    return f"{_OPEN}<{root} {_SPACES}>\n{inner}\n</{root}>\n"


def manifest(version: str = "62.0", **members: list[str]) -> str:
    types = "".join(typed(kind, *names) for kind, names in members.items())
    return document("Package", f"{types}<version>{version}</version>")


def typed(kind: str, *names: str) -> str:
    """Return what names the members of one type."""
    members = "".join(f"<members>{each}</members>" for each in names)
    return f"<types>{members}<name>{kind}</name></types>"


def custom_object(inner: str = "", *, label: str = "Seat", name_type: str = "Text") -> str:
    number = "<displayFormat>S-{0000}</displayFormat>" if name_type == "AutoNumber" else ""
    return document(
        "CustomObject",
        f"<deploymentStatus>Deployed</deploymentStatus>\n{inner}<label>{label}</label>"
        f"<nameField>{number}<label>{label} Name</label><type>{name_type}</type></nameField>"
        f"<pluralLabel>{label}s</pluralLabel><sharingModel>ReadWrite</sharingModel>",
    )


def custom_field(name: str, kind: str, **told: object) -> str:
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in told.items())
    label = "" if "label" in told else f"<label>{name.removesuffix('__c')}</label>"
    return f"<fields><fullName>{name}</fullName>{label}{inner}<type>{kind}</type></fields>\n"


def apex(body: str, name: str, *, version: str = "62.0") -> dict[str, str]:
    meta = document("ApexClass", f"<apiVersion>{version}</apiVersion><status>Active</status>")
    return {f"classes/{name}.cls": body, f"classes/{name}.cls-meta.xml": meta}


def permission_set(*fields: str, label: str = "Seats") -> str:
    granted = "".join(
        f"<fieldPermissions><editable>true</editable><field>{each}</field>"
        "<readable>true</readable></fieldPermissions>"
        for each in fields
    )
    return document("PermissionSet", f"{granted}<label>{label}</label>")


SEAT_FIELDS = custom_field("Row__c", "Text", length=20, externalId="true", unique="true")


def seats(**more: str) -> dict[str, str | bytes]:
    """A package with an object, a field on a standard object, Apex, and rights to them."""
    return {
        "package.xml": manifest(
            CustomObject=["Seat__c"],
            CustomField=["Contact.Seat__c"],
            ApexClass=["*"],
            PermissionSet=["Seats"],
        ),
        "objects/Seat__c.object": custom_object(SEAT_FIELDS),
        "objects/Contact.object": document(
            "CustomObject",
            custom_field("Seat__c", "Lookup", referenceTo="Seat__c", relationshipName="Contacts"),
        ),
        **apex("public class SeatPlan {\n}\n", "SeatPlan"),
        "permissionsets/Seats.permissionset": permission_set("Seat__c.Row__c", "Contact.Seat__c"),
        **more,
    }


def zipped(files: Mapping[str, str | bytes], *, folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, content in files.items():
            opened.writestr(f"{folder}{path}", content)
    return out.getvalue()


def start(api: httpx.Client, packed: bytes, **options: Any) -> httpx.Response:
    """Ask for a deployment over REST."""
    return api.post(
        "metadata/deployRequest",
        files={
            "json": (None, json.dumps({"deployOptions": options}), "application/json"),
            "file": ("deploy.zip", packed, "application/zip"),
        },
    )


def deploy(
    api: httpx.Client, files: Mapping[str, str | bytes] | bytes, **options: Any
) -> dict[str, Any]:
    """Deploy to the end and return the result with its details."""
    packed = files if isinstance(files, bytes) else zipped(files)
    answer = start(api, packed, **options)
    assert answer.status_code == 201, answer.text
    deployment_id = answer.json()["id"]
    wait_until(lambda: bool(state(api, deployment_id)["done"]))
    return state(api, deployment_id)


def state(api: httpx.Client, deployment_id: str) -> dict[str, Any]:
    answer = api.get(f"metadata/deployRequest/{deployment_id}", params={"includeDetails": "true"})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["deployResult"]
    return result


def problems(result: dict[str, Any]) -> dict[str, str]:
    """Return what went wrong by the full name of what it went wrong with."""
    return {each["fullName"]: each["problem"] for each in result["details"]["componentFailures"]}
