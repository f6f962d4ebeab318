"""Which records a user sees: private objects, shares, and records hidden from someone.

An object is public until it is made private; then a user sees the records that he or she owns and
those shared, unless permissions let the user view all. A record can also be hidden from named
users outright, as a restriction rule does. Nothing here touches a record: one that vanishes from
a user's sight comes back with the SystemModstamp it had.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

DEFAULTS = ("private", "read", "edit")
LEVELS = ("read", "edit")
Sees = Callable[[Row], bool]


class Sharing:
    """The org-wide defaults by object, the shares and the hidden records. Holds the org's lock."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._defaults: dict[str, str] = {}
        self._shares: dict[str, dict[str, str]] = {}
        self._hidden: dict[str, frozenset[str]] = {}

    @property
    def restricts(self) -> bool:
        """Anybody may see or edit less than all there is."""
        return bool(self._defaults or self._hidden)

    def set_default(self, object_name: str, level: str) -> None:
        """Make an object private, readable by all ("read") or public ("edit").

        ValueError where there is no such object, where its records have no owner, or no such level.
        """
        kind = self._org.whole.schema.find(object_name)
        if kind is None or kind.field("OwnerId") is None:
            raise ValueError(f"sharing: {object_name!r} is no object whose records have an owner")
        if level not in DEFAULTS:
            raise ValueError(f"sharing: {level!r} is none of {', '.join(DEFAULTS)}")
        self._change({"default": [kind.name, level]})

    def share(self, record_id: str, user_id: str, level: str | None) -> None:
        """Share a record with a user to read or to edit; None takes the share back."""
        if level is not None and level not in LEVELS:
            raise ValueError(f"sharing: {level!r} is none of {', '.join(LEVELS)}")
        self._change({"share": [record_id, user_id, level]})

    def hide(self, record_id: str, user_ids: list[str]) -> None:
        """Hide a record from these users and from no others; from nobody if there are none."""
        self._change({"hidden": [record_id, user_ids]})

    def hidden_from(self, record_id: str) -> frozenset[str]:
        """Return the ids of the users from whom a record is hidden."""
        return self._hidden.get(record_id, frozenset())

    def sees(self, object_name: str, user_id: str) -> Sees | None:
        """Return the test of which rows of an object a user sees; None if it is all of them."""
        private = self._defaults.get(object_name) == "private"
        if private and self._org.permissions.of(user_id).may("viewAll", object_name):
            private = False
        shares, hidden = self._shares, self._hidden
        if not private and not hidden:
            return None

        def sees(row: Row) -> bool:
            record_id = row["Id"]
            if user_id in hidden.get(record_id, ()):
                return False
            if not private or row.get("OwnerId") == user_id:
                return True
            return user_id in shares.get(record_id, ())

        return sees

    def may_edit(self, object_name: str, row: Row, user_id: str) -> bool:
        """Tell whether a user who sees a record may change it."""
        level = self._defaults.get(object_name, "edit")
        if level == "edit" or row.get("OwnerId") == user_id:
            return True
        if self._org.permissions.of(user_id).may("modifyAll", object_name):
            return True
        return self._shares.get(row["Id"], {}).get(user_id) == "edit"

    def as_dict(self) -> dict[str, Any]:
        """What is in force: defaults by object, shares and hidden records by id."""
        hidden = {record: sorted(users) for record, users in self._hidden.items()}
        return {"defaults": dict(self._defaults), "shares": dict(self._shares), "hidden": hidden}

    def forget_records(self) -> None:
        """Drop what is said of single records."""
        self._shares.clear()
        self._hidden.clear()

    def clear(self) -> None:
        """Make everything public again."""
        for change in list(self.changes()):
            (what, content), *_ = change.items()
            undo: Any = {"default": "edit", "share": None, "hidden": []}[what]
            self._change({what: [*content[:-1], undo]})

    def changes(self) -> Iterator[dict[str, list[Any]]]:
        """Yield the entries of the journal that lead to what is in force."""
        yield from ({"default": [name, level]} for name, level in self._defaults.items())
        for record_id, users in self._shares.items():
            yield from ({"share": [record_id, user, level]} for user, level in users.items())
        yield from ({"hidden": [record, sorted(users)]} for record, users in self._hidden.items())

    def apply(self, change: dict[str, list[Any]]) -> None:
        """Take one entry of the journal into force."""
        for what, content in change.items():
            if what == "default":
                _keep(self._defaults, content[0], None if content[1] == "edit" else content[1])
            elif what == "hidden":
                _keep(self._hidden, content[0], frozenset(content[1]))
            else:
                users = {**self._shares.get(content[0], {}), content[1]: content[2]}
                kept = {user: level for user, level in users.items() if level}
                _keep(self._shares, content[0], kept)

    def _change(self, change: dict[str, list[Any]]) -> None:
        with self._org.lock:
            self.apply(change)
            self._org.journal.sharing(change)


def _keep(known: dict[str, Any], key: str, value: Any) -> None:
    """Set a value; an empty one is dropped."""
    if value:
        known[key] = value
    else:
        known.pop(key, None)
