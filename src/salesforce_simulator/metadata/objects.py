"""CustomObject, CustomField and CustomMetadata: judged against the schema, and put into effect."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from salesforce_simulator import schema_changes
from salesforce_simulator.formula.field import computed
from salesforce_simulator.ids import make_id
from salesforce_simulator.metadata.component import Component, Problem, problem_of
from salesforce_simulator.metadata.fields import FieldError, field_spec
from salesforce_simulator.metadata.landscape import Landscape
from salesforce_simulator.schema.custom import custom_field
from salesforce_simulator.schema.custom_object import custom_object

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__(?:c|mdt|e)\Z")
_ENDINGS = "__as, __b, __c, __dll, __dlm, __e, __kav, __mdt, __mg, __x"


def check_object(component: Component, land: Landscape) -> Iterator[Problem]:
    """Judge an object: a standard one must exist, a custom one must be complete."""
    name, node = component.full_name, component.xml
    if not name.endswith(("__c", "__mdt", "__e")):
        if land.object(name) is None:
            text = (
                f"'{name}' does not resolve to a valid sObject type, "
                f"fullName must end with: {_ENDINGS}"
            )
            yield problem_of(component, text, at=node)
        return
    if not _NAME.match(name):
        text = (
            f"The object name {name} can only contain underscores and alphanumeric characters. It "
            "must be unique, begin with a letter, not include spaces, not end with an underscore, "
            "and not contain two consecutive underscores."
        )
        yield problem_of(component, text, at=node)
        return
    missing = list(_missing(component, land))
    yield from missing
    if not missing and land.object(name) is None:
        try:
            land.put(custom_object(object_spec(component), number=0))
        except ValueError as wrong:
            yield problem_of(component, str(wrong), at=node)


def check_field(component: Component, land: Landscape) -> Iterator[Problem]:
    """Judge a field: a standard one must exist, a custom one must be possible on its object."""
    object_name, _, name = component.full_name.partition(".")
    kind = land.object(object_name)
    if kind is None:
        text = f"Entity of type 'CustomObject' named '{object_name}' cannot be found"
        yield problem_of(component, text, at=component.xml)
        return
    if not name.endswith("__c"):
        if kind.field(name) is None:
            text = f"Could not resolve standard field's name '{name}'."
            yield problem_of(component, text, at=component.xml)
        return
    try:
        spec = resolved_spec(component, land)
        field = custom_field(spec)
        if field.formula is not None:
            field = computed(land.planned(), kind.name, field)
    except FieldError as wrong:
        yield problem_of(component, wrong.message, at=wrong.at)
        return
    except ValueError as wrong:
        yield problem_of(component, str(wrong), at=component.xml)
        return
    for target in field.targets:
        if not land.has_object(target):
            text = f"referenceTo value of '{target}' does not resolve to a valid sObject type"
            yield problem_of(component, text, at=component.xml)
            return
    known = kind.field(name)
    if known is not None and known.type != field.type:
        text = f"Cannot change the type of {component.full_name} from {known.type} to {field.type}"
        yield problem_of(component, text, at=component.xml)
        return
    land.put(kind.with_field(field))


def check_record(component: Component, land: Landscape) -> Iterator[Problem]:
    """Judge a record of a custom metadata type: its type and the fields it has values for."""
    type_name, _, _ = component.full_name.partition(".")
    kind = land.object(metadata_object(type_name))
    if kind is None:
        text = f"Entity of type 'CustomObject' named '{metadata_object(type_name)}' cannot be found"
        yield problem_of(component, text)
        return
    if not component.xml.get("label"):
        yield problem_of(component, "Required field is missing: label", at=component.xml)
    for each in component.xml.all("values"):
        field = kind.field(each.get("field"))
        if field is None:
            text = f"In field: field - no CustomField named {kind.name}.{each.get('field')} found"
            yield problem_of(component, text, at=each)
            continue
        try:
            _typed(field.type, each.get("value"))
        except ValueError:
            text = f"'{each.get('value')}' is not a valid value for the type {field.type}"
            yield problem_of(component, text, at=each)


def apply_object(org: "Org", component: Component) -> None:
    """Make a custom object or change its labels; what is said of a standard one changes nothing."""
    if component.full_name.endswith(("__c", "__mdt", "__e")):
        known = org.whole.schema.find(component.full_name)
        if known is None or component.xml.get("label"):
            schema_changes.put_object(org, object_spec(component))


def apply_field(org: "Org", component: Component) -> None:
    object_name, _, name = component.full_name.partition(".")
    if name.endswith("__c"):
        schema_changes.put_field(org, object_name, resolved_spec(component, Landscape(org)))


def apply_record(org: "Org", component: Component) -> None:
    """Put the record of a custom metadata type where queries find it."""
    type_name, _, name = component.full_name.partition(".")
    store = org.whole.store(metadata_object(type_name))
    row = _metadata_row(org, store.kind.name, name)
    row["MasterLabel"] = row["Label"] = component.xml.get("label")
    row["IsProtected"] = component.xml.flag("protected")
    for each in component.xml.all("values"):
        field = store.kind.field(each.get("field"))
        value = each.first("value")
        if field is not None and value is not None:
            row[field.name] = _typed(field.type, value.text)
    row = {key: value for key, value in row.items() if value is not None}
    store.put(row)
    org.journal.rows([(store.kind.name, row)])


def remove_record(org: "Org", full_name: str) -> None:
    type_name, _, name = full_name.partition(".")
    store = org.whole.store(metadata_object(type_name))
    gone = [row["Id"] for row in store.live.values() if row.get("DeveloperName") == name]
    for record_id in gone:
        store.remove(record_id)
    org.journal.purged([(store.kind.name, record_id, None) for record_id in gone])


def object_spec(component: Component) -> dict[str, Any]:
    """Return a custom object's description, as a seed would give it."""
    node = component.xml
    name_field = node.first("nameField")
    spec: dict[str, Any] = {"name": component.full_name, "label": node.get("label")}
    spec["labelPlural"] = node.get("pluralLabel") or f"{node.get('label')}s"
    if name_field is not None and name_field.get("label"):
        spec["nameField"] = name_field.get("label")
    if name_field is not None and name_field.get("type") == "AutoNumber":
        spec["nameFormat"] = name_field.get("displayFormat") or "{0}"
    if node.get("customSettingsType"):
        spec["customSetting"] = node.get("customSettingsType")
    return spec


def resolved_spec(component: Component, land: Landscape) -> dict[str, Any]:
    """Return a field's description with the values of the global set it names filled in."""
    spec = field_spec(component.xml)
    named = spec.pop("valueSet", None)
    if named is None:
        return spec
    values = land.value_set(named)
    if values is None:
        raise FieldError(
            f"In field: valueSetName - no GlobalValueSet named {named} found", component.xml
        )
    return {**spec, "values": values}


def metadata_object(type_name: str) -> str:
    """Return the object of a custom metadata type; files name the type without `__mdt`."""
    return type_name if type_name.endswith("__mdt") else f"{type_name}__mdt"


def _missing(component: Component, land: Landscape) -> Iterator[Problem]:
    """Say what a new custom object needs and its file does not give."""
    name, node = component.full_name, component.xml
    if land.object(name) is not None:
        return
    if not node.get("label"):
        yield problem_of(component, "Must specify a non-empty label for the CustomObject", at=node)
    if name.endswith("__c") and not node.get("customSettingsType"):
        name_field = node.first("nameField")
        if name_field is None:
            text = "Must specify a nameField of type Text or AutoNumber"
            yield problem_of(component, text, at=node)
        if not node.get("sharingModel"):
            yield problem_of(component, "Must specify a sharingModel for the CustomObject", at=node)
        if not node.get("deploymentStatus"):
            text = "Must specify a deploymentStatus for the CustomObject"
            yield problem_of(component, text, at=node)
    setting = node.first("customSettingsType")
    if setting is not None and setting.text not in {"List", "Hierarchy"}:
        text = f"'{setting.text}' is not a valid value for the enum 'CustomSettingsType'"
        yield problem_of(component, text, at=setting)


def _metadata_row(org: "Org", object_name: str, name: str) -> dict[str, Any]:
    store = org.whole.store(object_name)
    for row in store.live.values():
        if row.get("DeveloperName") == name:
            return {**row, "LastModifiedDate": org.now_stamp(), "SystemModstamp": org.now_stamp()}
    store.last_serial += 1
    stamp, admin = org.now_stamp(), org.users.first()
    return {
        "Id": make_id(store.kind.key_prefix, store.last_serial),
        "IsDeleted": False,
        "DeveloperName": name,
        "Language": "en_US",
        "QualifiedApiName": name,
        "CreatedDate": stamp,
        "CreatedById": admin,
        "LastModifiedDate": stamp,
        "LastModifiedById": admin,
        "SystemModstamp": stamp,
    }


def _typed(kind: str, text: str) -> Any:
    """Return a value as records keep it."""
    if kind == "boolean":
        return text.strip().lower() == "true"
    if text == "":
        return None
    if kind in {"double", "currency", "percent", "int"}:
        return float(text) if kind != "int" else int(text)
    return text
