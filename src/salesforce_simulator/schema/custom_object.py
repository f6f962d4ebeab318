"""Custom objects: from the words of a seed file, or of a deployment, to an object type.

What an object is follows from the end of its name: `__c` holds records, or settings; `__mdt` holds
the records of a custom metadata type, which are deployed; `__e` is what a platform event carries.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from salesforce_simulator.schema.custom import NUMBER_PLACE, custom_field
from salesforce_simulator.schema.field import Field
from salesforce_simulator.schema.notation import parse_fields
from salesforce_simulator.schema.sobject import SObjectType

_STAMPS = """
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
LastModifiedDate datetime dfs | Last Modified Date
LastModifiedById reference dfsg | Last Modified By ID | to User as LastModifiedBy
SystemModstamp datetime dfs | System Modstamp
"""
_RECORDS = f"""
Id id dfsgi | Record ID
OwnerId reference CUdfsg | Owner ID | to Group/User as Owner
IsDeleted boolean dfsg | Deleted
Name string(80) CUnfsgNi | {{name}}
{_STAMPS.strip()}
"""
# Whose setting it is (an organization, a profile, a user) is chosen when it is made.
_SETTINGS = f"""
Id id dfsgi | Record ID
IsDeleted boolean dfsg | Deleted
Name string(38) CUnfsgN | Name
SetupOwnerId reference CUnfsg | Location | to Organization/Profile/User as SetupOwner
{_STAMPS.strip()}
"""
_METADATA = f"""
Id id dfsgi | Custom Metadata Record ID
IsDeleted boolean dfsg | Deleted
DeveloperName string(40) fsgi | Custom Metadata Record Name
MasterLabel string(40) fsg | Label
Language picklist(40) nfsgr | Master Language
NamespacePrefix string(15) nfsg | Namespace Prefix
Label string(40) fsgN | Label
QualifiedApiName string(70) fsg | Qualified API Name
IsProtected boolean dfsg | Protected Component
{_STAMPS.strip()}
"""
_EVENT = """
Id id dfsgi | Record ID
ReplayId string(1000) nf | Replay ID
EventUuid string(36) nf | Event UUID
CreatedDate datetime dfs | Created Date
CreatedById reference dfsg | Created By ID | to User as CreatedBy
"""
# By the end of the name: the fields, and the first letter of the prefix of ids.
_FAMILIES = {"__c": (_RECORDS, "a"), "__mdt": (_METADATA, "m"), "__e": (_EVENT, "e")}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def custom_object(spec: Mapping[str, Any], *, number: int) -> SObjectType:
    """Return the object that a seed's entry describes; number: which one of the org, from 0.

    Keys: name, label, labelPlural, nameField (its label), nameFormat (for names that are numbered),
    customSetting ("List", "Hierarchy"), keyPrefix, fields (as in `custom_fields`).
    Raises ValueError with the reason where the entry makes no sense.
    """
    name = str(spec.get("name", ""))
    suffix = next((each for each in _FAMILIES if name.endswith(each)), "")
    if not suffix or not name[0].isalpha():
        raise ValueError(f"custom object {name!r}: the name must begin with a letter, end in __c")
    fields, letter = _FAMILIES[suffix]
    if spec.get("customSetting"):
        fields = _SETTINGS
    label = str(spec.get("label", name.removesuffix(suffix).replace("_", " ")))
    name_label = str(spec.get("nameField", f"{label} Name"))
    own = parse_fields(fields.format(name=name_label))
    if "nameFormat" in spec:
        own = tuple(_numbered(each, spec) if each.name == "Name" else each for each in own)
    return SObjectType(
        name=name,
        label=label,
        label_plural=str(spec.get("labelPlural", f"{label}s")),
        key_prefix=str(spec.get("keyPrefix") or key_prefix(letter, number)),
        fields=(*own, *map(custom_field, spec.get("fields", []))),
        custom=True,
        custom_setting=bool(spec.get("customSetting")),
        read_only=suffix != "__c",
    )


def _numbered(name: Field, spec: Mapping[str, Any]) -> Field:
    """Make the name of records a number that the org gives them."""
    number_format = str(spec["nameFormat"])
    if not NUMBER_PLACE.search(number_format):
        raise ValueError(f"custom object {spec['name']}: nameFormat needs a place such as {{0000}}")
    return replace(
        name, createable=False, updateable=False, defaulted=True, number_format=number_format
    )


def key_prefix(letter: str, number: int) -> str:
    """Return the prefix of the ids of an org's custom object."""
    tens, ones = divmod(number, len(_DIGITS))
    return f"{letter}{_DIGITS[tens]}{_DIGITS[ones]}"
