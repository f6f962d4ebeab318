"""Topics: what a subscriber can name, and whose events come under it.

    /data/ContactChangeEvent   one object        /data/Thing__ChangeEvent   a custom one
    /data/ChangeEvents         all that are selected for change data capture
    /data/Sales__chn           those of a custom channel
    /event/Order__e            a platform event

Names are case-sensitive. An object that is not selected has a topic all the same, an empty one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesforce_simulator.events.schema import EventSchema, event_name

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

ALL_CHANGES = "/data/ChangeEvents"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. `schema` is None where events of several schemas come; `sources` name their kinds
    (objects, or one platform event), of which only a platform event can be published."""

    name: str
    sources: frozenset[str]
    schema: EventSchema | None
    can_publish: bool = False


def find_topic(org: "Org", name: str) -> Topic | None:
    """Return the topic of a name, or None if the org has none of that name."""
    if name == ALL_CHANGES:
        return Topic(name, org.events.selected, None)
    if name.startswith("/event/"):
        return _platform_topic(org, name)
    if name.startswith("/data/"):
        return _channel(org, name) or _object_topic(org, name)
    return None


def _platform_topic(org: "Org", name: str) -> Topic | None:
    event = name.removeprefix("/event/")
    schema = org.events.schemas.platform.get(event)
    return Topic(name, frozenset({event}), schema, can_publish=True) if schema else None


def _channel(org: "Org", name: str) -> Topic | None:
    sources = org.events.channels.get(name.removeprefix("/data/"))
    return Topic(name, sources, None) if sources is not None else None


def _object_topic(org: "Org", name: str) -> Topic | None:
    wanted = name.removeprefix("/data/")
    for object_name in list(org.stores):
        if event_name(object_name) == wanted and object_name not in _WITHOUT_EVENTS:
            sources = org.events.selected & {object_name}
            return Topic(name, sources, org.events.schemas.of(object_name))
    return None


_WITHOUT_EVENTS = frozenset({"Organization"})
