"""What stands in the way of a component's removal: what is still used, by a person or a component.

The platform's words, as administrators quote them; which uses it looks at is known for these types.
"""

import base64
import re
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from salesforce_simulator.metadata.component import Deployed
from salesforce_simulator.plug_in import assigned

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

Key = tuple[str, str]

# Who may refer to a component so that it has to stay.
_USERS = {
    "ApexClass": ("ApexClass", "ApexTrigger", "LightningComponentBundle"),
    "ApexTrigger": ("PlatformEventSubscriberConfig",),
    "CustomLabel": ("ApexClass", "LightningComponentBundle"),
    "CustomLabels": ("ApexClass", "LightningComponentBundle"),
    "CustomObject": ("ApexClass", "ApexTrigger"),
    "CustomPermission": ("PermissionSet",),
    "ExternalCredential": ("NamedCredential", "PermissionSet"),
    "LightningComponentBundle": ("CustomTab", "LightningComponentBundle"),
}
_SCHEDULED = "RaccordSweep"


def obstacle(org: "Org", kind: str, name: str, *, leaving: Container[Key]) -> str:
    """Why a component cannot be removed, "" if it can. leaving: what goes at that moment."""
    known = org.components.get(kind, name)
    if known is None:
        return ""
    if kind == "PermissionSet" and assigned.anybody_has(org, known):
        return (
            "You can't delete this permission set because it's assigned to one or more users. "
            "Remove all assignments and try again."
        )
    if (kind, name) == ("ApexClass", _SCHEDULED) and org.plug_in.scheduled:
        return "This schedulable class has jobs pending or in progress"
    user = _user_of(kind, name, org.components, leaving)
    if user is not None:
        return (
            f"This {kind} is referenced elsewhere in salesforce.com. Remove the usage and try "
            f"again. : {user.type} - {user.full_name}"
        )
    return ""


def _user_of(
    kind: str, name: str, components: Iterable[Deployed], leaving: Container[Key]
) -> Deployed | None:
    """A component that stays and says this one's name."""
    users = _USERS.get(kind, ())
    wanted = re.compile(rf"\b{re.escape(name)}\b".encode(), re.IGNORECASE)
    for each in components:
        if each.type in users and each.key not in leaving and each.key != (kind, name):
            texts = (each.xml.encode(), *map(base64.b64decode, each.files.values()))
            if any(wanted.search(text) for text in texts):
                return each
    return None
