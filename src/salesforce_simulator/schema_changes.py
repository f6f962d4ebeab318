"""Changes of the schema while the org runs: what a deployment does, and a restart repeats.

    put_object, put_field      make one, or change the one of that name
    remove_object, remove_field

The caller holds the org's lock and has checked what it asks for; ValueError says what makes no
sense all the same. Each is one line of the journal.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesforce_simulator.schema import Field
from salesforce_simulator.schema.custom_object import custom_object

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def put_object(org: "Org", spec: Mapping[str, Any]) -> None:
    """Make a custom object, or change the labels of the one of that name. Its fields stay."""
    org = org.whole
    known = org.schema.find(str(spec.get("name", "")))
    if known is None:
        org.add_custom_object({**spec, "keyPrefix": _next_prefix(org, spec)})
        _announce(org, str(spec["name"]))
        return
    changed = custom_object({**spec, "fields": []}, number=0)
    own = {each.name for each in changed.fields}
    fields = (*changed.fields, *(each for each in known.fields if each.name not in own))
    kind = replace(changed, key_prefix=known.key_prefix, fields=fields)
    org.schema.replace_object(kind)
    org.stores[kind.name].set_kind(kind)
    _remember_object(org, kind.name, {**spec, "keyPrefix": known.key_prefix})
    _announce(org, kind.name)
    _changed(org)


def put_field(org: "Org", object_name: str, spec: Mapping[str, Any]) -> None:
    """Give an object a custom field, or change the one of that name."""
    org = org.whole
    name = str(spec.get("name", ""))
    kind = org.schema.find(object_name)
    entries = [each for each in org.custom_fields if _names(each, object_name, name)]
    if kind is not None and any(each[1] == dict(spec) for each in entries):
        return
    org.custom_fields[:] = [each for each in org.custom_fields if each not in entries]
    org.add_custom_field(object_name, spec)
    _announce(org, object_name)


def remove_field(org: "Org", object_name: str, name: str) -> None:
    """Take a custom field away with its values. KeyError if there is none."""
    org = org.whole
    store = org.store(object_name)
    field = custom_field_of(org, object_name, name)
    if field is None:
        raise KeyError(name)
    kind = store.kind.without_field(field.name)
    org.schema.replace_object(kind)
    store.forget_field(field.name)
    store.set_kind(kind)
    org.custom_fields[:] = [
        each for each in org.custom_fields if not _names(each, kind.name, field.name)
    ]
    for entry in org.custom_objects:
        if entry["name"] == kind.name and "fields" in entry:
            entry["fields"] = [each for each in entry["fields"] if each["name"] != field.name]
    org.journal.field_gone(kind.name, field.name)
    _announce(org, kind.name)
    _forget_grants(org, f"{kind.name}.{field.name}")
    _changed(org)


def remove_object(org: "Org", name: str) -> None:
    """Take a custom object away with its records, and the look-ups that point at it."""
    org = org.whole
    kind = org.store(name).kind
    pointing = [
        (other.name, field.name)
        for other, field, _ in list(org.schema.children(kind))
        if field.custom and other.name != kind.name
    ]
    for other_name, field_name in pointing:
        remove_field(org, other_name, field_name)
    org.forget_object(kind.name)
    org.custom_objects[:] = [each for each in org.custom_objects if each["name"] != kind.name]
    org.custom_fields[:] = [each for each in org.custom_fields if each[0] != kind.name]
    org.journal.object_gone(kind.name)
    _forget_grants(org, kind.name)
    _changed(org)


def custom_field_of(org: "Org", object_name: str, name: str) -> Field | None:
    """Return a custom field, or None where the object has no such, or has it by nature."""
    kind = org.schema.find(object_name)
    field = kind.field(name) if kind is not None else None
    return field if field is not None and field.custom else None


def _names(entry: tuple[str, Mapping[str, Any]], object_name: str, name: str) -> bool:
    return (
        entry[0].lower() == object_name.lower()
        and str(entry[1].get("name", "")).lower() == name.lower()
    )


def _next_prefix(org: "Org", spec: Mapping[str, Any]) -> str:
    """A prefix that no object has: ids of one that was removed stay nobody's."""
    taken = {each.key_prefix for each in org.schema}
    number = len(org.custom_objects)
    while (prefix := custom_object(spec, number=number).key_prefix) in taken:
        number += 1
    return prefix


def _remember_object(org: "Org", name: str, spec: dict[str, Any]) -> None:
    for number, known in enumerate(org.custom_objects):
        if known["name"] == name:
            # What a seed gave it stays its own: deployed fields are remembered by themselves.
            kept = {"fields": known["fields"]} if "fields" in known else {}
            org.custom_objects[number] = {**spec, **kept}
            org.journal.object_changed(org.custom_objects[number])


def _announce(org: "Org", name: str) -> None:
    """Let the events of a platform event carry the fields that it has now."""
    if name.endswith("__e"):
        fields = [spec for owner, spec in org.custom_fields if owner.lower() == name.lower()]
        org.events.schemas.define_platform_event({"name": name, "fields": fields})


def _forget_grants(org: "Org", gone: str) -> None:
    """Take an object or field out of everybody's permissions: a restart finds it no more."""
    lowered = gone.lower()
    for user_id, spec in org.permissions.specs().items():
        kept = dict(spec)
        for section in ("objects", "fields"):
            kept[section] = {
                name: rights
                for name, rights in (spec.get(section) or {}).items()
                if name.lower() != lowered and not name.lower().startswith(f"{lowered}.")
            }
        if any(len(kept[each]) < len(spec.get(each) or {}) for each in ("objects", "fields")):
            org.permissions.set(user_id, kept)


def _changed(org: "Org") -> None:
    org.metadata_changed = org.now().replace(microsecond=0)
