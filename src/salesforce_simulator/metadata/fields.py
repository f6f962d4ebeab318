"""CustomField: from its XML to the words of `schema/custom.py`, and back again for a retrieve."""

import re
from typing import Any

from salesforce_simulator.metadata.document import NAMESPACE, Node, leaf
from salesforce_simulator.schema import Field

# The metadata type, what the schema calls it, and which of its sizes must be given.
_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Text": ("string", ("length",)),
    "TextArea": ("textarea", ()),
    "LongTextArea": ("textarea", ("length", "visibleLines")),
    "Html": ("textarea", ("length", "visibleLines")),
    "Email": ("email", ()),
    "Phone": ("phone", ()),
    "Url": ("url", ()),
    "Checkbox": ("boolean", ()),
    "Date": ("date", ()),
    "DateTime": ("datetime", ()),
    "Number": ("double", ("precision", "scale")),
    "Currency": ("currency", ("precision", "scale")),
    "Percent": ("percent", ("precision", "scale")),
    "Picklist": ("picklist", ()),
    "MultiselectPicklist": ("multipicklist", ("visibleLines",)),
    "Lookup": ("reference", ("referenceTo",)),
    "MasterDetail": ("reference", ("referenceTo",)),
    "MetadataRelationship": ("reference", ("referenceTo",)),
    "AutoNumber": ("autonumber", ()),
}
_NOT_SIMULATED = frozenset(
    {
        *("Address", "ArrayType", "EncryptedText", "ExternalLookup", "File", "Hierarchy"),
        *("IndirectLookup", "Location", "Summary", "Time"),
    }
)
# A default value is a formula; of formulas the literals are taken.
_LITERAL = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<bare>true|false|-?\d+(?:\.\d+)?)', re.IGNORECASE
)
_ELEMENTS = """
fullName businessOwnerGroup businessOwnerUser businessStatus caseSensitive complianceGroup
customDataType defaultValue deleteConstraint deprecated description displayFormat
displayLocationInDecimal encryptionScheme escapeMarkup externalDeveloperName externalId
fieldManageability formula formulaTreatBlanksAs inlineHelpText isAIPredictionField
isConvertLeadDisabled isFilteringDisabled isNameField isSortingDisabled label length
lookupFilter maskChar maskType metadataRelationshipControllingField
mktDataLakeFieldAttributes mktDataModelFieldAttributes picklist populateExistingRows
precision referenceTargetField referenceTo relationshipLabel relationshipName
relationshipOrder reparentableMasterDetail required restrictedAdminField scale
securityClassification startingNumber stripMarkup summarizedField summaryFilterItems
summaryForeignKey summaryOperation trackFeedHistory trackHistory trackTrending translateData
type unique valueSet visibleLines writeRequiresMasterRead
"""
ELEMENTS = frozenset(_ELEMENTS.split())
NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c\Z")


class FieldError(ValueError):
    """The XML describes no field of this org; `at` is the element to blame."""

    def __init__(self, message: str, at: Node) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def field_spec(node: Node) -> dict[str, Any]:
    """Return a custom field's description, as a seed would give it. FieldError says why not."""
    for each in node.children:
        if each.name not in ELEMENTS:
            message = (
                f"Error parsing file: Element {{{NAMESPACE}}}{each.name} "
                "invalid at this location in type CustomField"
            )
            raise FieldError(message, each)
    name = node.get("fullName").rpartition(".")[2]
    if not NAME.match(name):
        message = (
            f"The {name.removesuffix('__c')} field name can only contain underscores and "
            "alphanumeric characters. It must be unique, begin with a letter, not include spaces, "
            "not end with an underscore, and not contain two consecutive underscores."
        )
        raise FieldError(message, node)
    metadata_type, kind = _type(node)
    spec: dict[str, Any] = {"name": name, "type": kind, "label": _label(node)}
    spec |= _sizes(node, metadata_type)
    for flag in ("externalId", "unique", "caseSensitive", "required"):
        if node.flag(flag):
            spec[flag] = True
    if node.get("inlineHelpText"):
        spec["inlineHelpText"] = node.get("inlineHelpText")
    spec |= _computed(node, kind)
    if kind in {"picklist", "multipicklist"}:
        spec |= _values(node)
    if kind == "reference":
        spec |= _relation(node, metadata_type)
    return spec


def field_node(field: Field) -> Node:
    """Return the XML of a custom field that no deployment brought: the org's seed has it."""
    children = [leaf("fullName", field.name)]
    named = _metadata_type(field)
    told: dict[str, object] = {}
    if field.number_format is not None:
        told["displayFormat"] = field.number_format
    if field.type == "boolean" and field.formula is None:
        told["defaultValue"] = bool(field.default)
    told["externalId"] = field.external_id
    if field.formula is not None:
        told["formula"] = field.formula
    told["label"] = field.label
    if named in {"Text", "LongTextArea"}:
        told["length"] = field.length
    if field.is_number:
        told["precision"] = field.precision or 18
    if field.targets:
        told |= {"referenceTo": field.targets[0]}
        told["relationshipName"] = (field.relationship or field.name).removesuffix("__r")
    told["required"] = not field.nillable and field.type != "boolean"
    if field.is_number:
        told["scale"] = field.scale
    told["type"] = named
    if named in {"Text", "Number"}:
        told["unique"] = field.unique
    children += [leaf(name, value) for name, value in told.items()]
    if field.values:
        children.append(_value_set(field))
    if named in {"LongTextArea", "MultiselectPicklist"}:
        children.append(leaf("visibleLines", 3))
    return Node("fields", children=children)


def _type(node: Node) -> tuple[str, str]:
    """Return the type as metadata and as the schema names it."""
    found = node.first("type")
    if found is None:
        raise FieldError("Required field is missing: type", node)
    if found.text in _NOT_SIMULATED:
        raise FieldError(f"The simulated org has no fields of type {found.text}", found)
    if found.text not in _TYPES:
        raise FieldError(f"'{found.text}' is not a valid value for the enum 'FieldType'", found)
    return found.text, _TYPES[found.text][0]


def _label(node: Node) -> str:
    label = node.get("label").strip()
    if not label:
        raise FieldError("Required field is missing: label", node)
    if len(label) > 40:
        message = f"Value too long for field: MasterLabel maximum length is:40: {label}"
        raise FieldError(message, node.first("label") or node)
    return label


def _sizes(node: Node, metadata_type: str) -> dict[str, int]:
    for name in _TYPES[metadata_type][1] if node.first("formula") is None else ():
        if node.first(name) is None:
            raise FieldError(
                f"Must specify '{name}' for a CustomField of type {metadata_type}", node
            )
    sizes = {}
    for name in ("length", "precision", "scale"):
        found = node.first(name)
        if found is not None:
            if not found.text.strip().isdigit() or len(found.text) > 9:
                raise FieldError(f"'{found.text}' is not a valid value for the type int", found)
            sizes[name] = int(found.text)
    _check_sizes(node, metadata_type, sizes)
    return sizes


def _check_sizes(node: Node, metadata_type: str, sizes: dict[str, int]) -> None:
    length = sizes.get("length", 1)
    if metadata_type == "Text" and not 1 <= length <= 255:
        raise FieldError("Text fields can hold 1 to 255 characters: length", node)
    if metadata_type in {"LongTextArea", "Html"} and not 256 <= length <= 131_072:
        raise FieldError("Long text fields can hold 256 to 131,072 characters: length", node)
    if sizes.get("precision", 18) > 18:
        raise FieldError("Precision must be less than or equal to 18", node)
    if sizes.get("scale", 0) > sizes.get("precision", 18):
        raise FieldError("Scale must be less than or equal to precision", node)


def _computed(node: Node, kind: str) -> dict[str, Any]:
    """Return what gives the field its value when nobody does: formula, number, default."""
    if node.first("formula") is not None:
        return {"formula": node.get("formula")}
    if kind == "autonumber":
        return {"displayFormat": node.get("displayFormat") or "{0}"}
    default = node.first("defaultValue")
    if default is None:
        return {}
    literal = _LITERAL.fullmatch(default.text.strip())
    if literal is None:
        message = "The simulated org takes literals only as default values"
        raise FieldError(f"{message}: {default.text}", default)
    text = literal["text"]
    return {"defaultValue": literal["bare"] if text is None else text.replace('\\"', '"')}


def _values(node: Node) -> dict[str, Any]:
    value_set = node.first("valueSet")
    if value_set is not None:
        named = value_set.get("valueSetName")
        if named:
            return {"valueSet": named, "restricted": True}
        definition = value_set.first("valueSetDefinition") or Node("valueSetDefinition")
        values = [each.get("fullName") for each in definition.all("value")]
        return {"values": values, "restricted": value_set.flag("restricted")}
    picklist = node.first("picklist")
    if picklist is None:
        raise FieldError(
            f"Must specify 'valueSet' for a CustomField of type {node.get('type')}", node
        )
    values = [each.get("fullName") for each in picklist.all("picklistValues")]
    return {"values": values, "restricted": picklist.flag("restrictedPicklist")}


def _relation(node: Node, metadata_type: str) -> dict[str, Any]:
    name = node.get("relationshipName").strip()
    relation: dict[str, Any] = {"referenceTo": node.get("referenceTo").strip()}
    if metadata_type == "MasterDetail":
        relation |= {"required": True}
    # The child's own name for its parent: of a custom reference always the field's, with __r.
    return relation | ({"childRelationshipName": name} if name else {})


def _metadata_type(field: Field) -> str:
    if field.number_format is not None:
        return "AutoNumber"
    if field.type == "textarea":
        return "LongTextArea" if field.is_long_text else "TextArea"
    known = {kind: name for name, (kind, _) in reversed(_TYPES.items())}
    return known.get(field.type, "Number" if field.type == "int" else "Text")


def _value_set(field: Field) -> Node:
    values = [
        Node(
            "value", children=[leaf("fullName", each), leaf("default", False), leaf("label", each)]
        )
        for each in field.values
    ]
    definition = Node("valueSetDefinition", children=[leaf("sorted", False), *values])
    return Node("valueSet", children=[leaf("restricted", field.restricted), definition])
