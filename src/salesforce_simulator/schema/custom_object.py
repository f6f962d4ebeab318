"""Custom objects: from the words of a seed file to an object type."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_simulator.schema.custom import NUMBER_PLACE, custom_field
from salesforce_simulator.schema.field import Field
from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

_OWN_FIELDS = """
Id id dfsgi | Record ID
OwnerId reference CUdfsg | Owner ID | to Group/User as Owner
IsDeleted boolean dfsg | Deleted
Name string(80) CUnfsgNi | {name}
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""


def custom_object(spec: Mapping[str, Any], *, number: int) -> SObjectType:
    """Return the object that a seed's entry describes; number: which one of the org, from 0.

    Keys: name, label, labelPlural, nameField (its label), nameFormat (for names that are numbered),
    fields (as in `custom_fields`).
    Raises ValueError with the reason where the entry makes no sense.
    """
    name = str(spec.get("name", ""))
    if not name.endswith("__c") or not name[0].isalpha():
        raise ValueError(f"custom object {name!r}: the name must begin with a letter, end in __c")
    label = str(spec.get("label", name.removesuffix("__c").replace("_", " ")))
    name_label = str(spec.get("nameField", f"{label} Name"))
    own = parse_fields(_OWN_FIELDS.format(name=name_label))
    if "nameFormat" in spec:
        own = tuple(_numbered(each, spec) if each.name == "Name" else each for each in own)
    return SObjectType(
        name=name,
        label=label,
        label_plural=str(spec.get("labelPlural", f"{label}s")),
        key_prefix=f"a{number:02d}",
        fields=(*own, *map(custom_field, spec.get("fields", []))),
        custom=True,
    )


def _numbered(name: Field, spec: Mapping[str, Any]) -> Field:
    """Make the name of records a number that the org gives them."""
    number_format = str(spec["nameFormat"])
    if not NUMBER_PLACE.search(number_format):
        raise ValueError(f"custom object {spec['name']}: nameFormat needs a place such as {{0000}}")
    return replace(
        name, createable=False, updateable=False, defaulted=True, number_format=number_format
    )
