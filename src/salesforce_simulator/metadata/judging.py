"""Which check and which effect each type of component has; a type without any is only kept."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from salesforce_simulator import schema_changes
from salesforce_simulator.metadata import objects
from salesforce_simulator.metadata.apex import check_apex
from salesforce_simulator.metadata.bundles import check_bundle
from salesforce_simulator.metadata.component import Component, Problem
from salesforce_simulator.metadata.landscape import Landscape, values_of
from salesforce_simulator.metadata.permission_sets import check_permission_set

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

Check = Callable[[Component, Landscape], Iterator[Problem]]
Effect = Callable[["Org", Component], None]

_CHECKS: dict[str, Check] = {
    "CustomObject": objects.check_object,
    "CustomField": objects.check_field,
    "CustomMetadata": objects.check_record,
    "PermissionSet": check_permission_set,
    "Profile": check_permission_set,
    "ApexClass": check_apex,
    "ApexTrigger": check_apex,
    "LightningComponentBundle": check_bundle,
}
_EFFECTS: dict[str, Effect] = {
    "CustomObject": objects.apply_object,
    "CustomField": objects.apply_field,
    "CustomMetadata": objects.apply_record,
}
# What others refer to comes first; look-ups come when every object is there.
_ORDER = ("GlobalValueSet", "CustomObject", "CustomField", "CustomMetadata")
_LAST = ("PermissionSet", "PermissionSetGroup", "Profile")


def in_order(components: list[Component]) -> list[Component]:
    """Sort components so that each comes after what it may refer to."""

    def place(component: Component) -> float:
        if component.type in _ORDER:
            computed = component.type == "CustomField" and component.xml.first("formula")
            return _ORDER.index(component.type) + (0.5 if computed else 0)
        return len(_ORDER) + (component.type in _LAST)

    return sorted(components, key=place)


def judge(component: Component, land: Landscape) -> list[Problem]:
    """Return what is wrong with a component; the landscape has it from then on if nothing is."""
    check = _CHECKS.get(component.type)
    problems = list(check(component, land)) if check is not None else []
    if any(not each.warning for each in problems):
        land.brought.discard(component.key)
    elif component.type == "GlobalValueSet":
        land.value_sets[component.full_name] = values_of(component.xml)
    return problems


def take_effect(org: "Org", component: Component) -> None:
    """Let a component that was judged good do to the org what it does."""
    effect = _EFFECTS.get(component.type)
    if effect is not None:
        effect(org, component)


def exists(org: "Org", kind: str, full_name: str) -> bool:
    """Tell whether the org has a component, deployed or made otherwise."""
    if org.components.get(kind, full_name) is not None:
        return True
    if kind == "CustomObject":
        return org.whole.schema.find(full_name) is not None
    if kind == "CustomField":
        object_name, _, name = full_name.partition(".")
        return schema_changes.custom_field_of(org.whole, object_name, name) is not None
    return False


def remove(org: "Org", kind: str, full_name: str) -> None:
    """Take a component away, with what it did."""
    if kind == "CustomObject":
        schema_changes.remove_object(org, full_name)
        _forget_parts(org, full_name)
    elif kind == "CustomField":
        object_name, _, name = full_name.partition(".")
        schema_changes.remove_field(org, object_name, name)
    elif kind == "CustomMetadata":
        objects.remove_record(org, full_name)
    org.components.remove(kind, full_name)
    org.plug_in.forget(kind, full_name)


def _forget_parts(org: "Org", object_name: str) -> None:
    """Forget the parts of an object that is gone, and the look-ups that went with it."""
    for each in list(org.components):
        owner, _, name = each.full_name.partition(".")
        lost = each.type == "CustomField" and (
            schema_changes.custom_field_of(org.whole, owner, name) is None
        )
        if lost or each.full_name.startswith(f"{object_name}."):
            org.components.remove(each.type, each.full_name)
