"""What must outlive the process: an append-only file of commits, one JSON object a line.

A line is written and handed to the operating system at the end of each transaction, so a killed
process loses nothing that was answered; a line cut short by the kill is the last one and is
ignored. Starting reads the file and writes it anew with the present state only. The file holds
app secrets, so it is readable by its owner alone.
"""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from salesforce_simulator import schema_changes
from salesforce_simulator.events import stored
from salesforce_simulator.ids import serial_of
from salesforce_simulator.oauth.model import App, Approval, Session
from salesforce_simulator.users import Secrets

if TYPE_CHECKING:
    from salesforce_simulator.events.event import Event
    from salesforce_simulator.org import Org
    from salesforce_simulator.store import Row

_ROWS_PER_LINE = 500


class JournalInUseError(Exception):
    """Another process holds the file."""


class Journal:
    """Appends what happened. Without a file it forgets, which is what most tests want."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: TextIO | None = None
        self._claim: TextIO | None = None
        self._lock = threading.Lock()

    @classmethod
    def none(cls) -> "Journal":
        return cls(None)

    def open(self, org: "Org") -> None:
        """Read the file into the org, compact it, and append from now on.

        JournalInUseError if another process has it open.
        """
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._take(self.path)
        if self.path.exists():
            with self.path.open(encoding="utf-8") as lines:
                for entry in _entries(lines):
                    _apply(org, entry)
        self._compact(self.path, org)

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
            if self._claim is not None:
                self._claim.close()

    def rows(self, changed: Iterable[tuple[str, "Row"]], events: Iterable["Event"] = ()) -> None:
        by_object: dict[str, list[Row]] = {}
        for name, row in changed:
            by_object.setdefault(name, []).append(row)
        # One line, so that a transaction is read back whole or not at all.
        if by_object and self._file is not None:
            told = stored.to_json(events)
            self._write({"rows": by_object, "events": told} if told else {"rows": by_object})

    def events(self, events: Iterable["Event"]) -> None:
        """Keep events that are of no row."""
        self._write({"events": stored.to_json(events)})

    def events_forgotten(self) -> None:
        self._write({"events_forgotten": True})

    def purged(self, gone: list[tuple[str, str, str | None]]) -> None:
        """(object, id, stamp of its deletion or None) of records removed for good."""
        self._write({"purged": gone})

    def custom_object(self, spec: dict[str, Any]) -> None:
        self._write({"custom_object": spec})

    def platform_event(self, spec: dict[str, Any]) -> None:
        self._write({"platform_event": spec})

    def custom_field(self, object_name: str, spec: dict[str, Any]) -> None:
        self._write({"custom_field": [object_name, spec]})

    def signing_key(self, pem: str) -> None:
        self._write({"signing_key": pem})

    def permissions(self, user_id: str, spec: Any) -> None:
        self._write({"permissions": [user_id, spec]})

    def sharing(self, change: dict[str, list[Any]]) -> None:
        self._write({"sharing": change})

    def usage(self, bucket: int, calls: int) -> None:
        self._write({"usage": [bucket, calls]})

    def organization(self, org: "Org") -> None:
        self._write({"org": {"id": org.id, "name": org.name, "secret": org.secret, "serials": {}}})

    def object_changed(self, spec: dict[str, Any]) -> None:
        self._write({"object_changed": spec})

    def object_gone(self, name: str) -> None:
        self._write({"object_gone": name})

    def field_gone(self, object_name: str, name: str) -> None:
        self._write({"field_gone": [object_name, name]})

    def component(self, content: dict[str, Any]) -> None:
        self._write({"component": content})

    def component_gone(self, kind: str, full_name: str) -> None:
        self._write({"component_gone": [kind, full_name]})

    def secrets(self, user_id: str, secret: Secrets) -> None:
        self._write({"secrets": [user_id, asdict(secret)]})

    def app(self, app: App) -> None:
        self._write({"app": asdict(app)})

    def approval(self, approval: Approval) -> None:
        self._write({"approval": asdict(approval)})

    def approval_gone(self, approval_id: str) -> None:
        self._write({"approval_gone": approval_id})

    def session(self, session: Session) -> None:
        self._write({"session": asdict(session)})

    def session_gone(self, token_hash: str) -> None:
        self._write({"session_gone": token_hash})

    def _write(self, entry: dict[str, Any]) -> None:
        with self._lock:
            if self._file is not None:
                self._file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
                self._file.write("\n")
                self._file.flush()

    def _compact(self, path: Path, org: "Org") -> None:
        """Write the present state beside the file and put it in its place."""
        fresh = path.with_suffix(path.suffix + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            for entry in _state(org):
                out.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
        self._file = path.open("a", encoding="utf-8")

    def _take(self, path: Path) -> None:
        """Refuse a file that another process writes. The system lets go of it when that dies."""
        self._claim = path.with_suffix(path.suffix + ".lock").open("w")
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            self._claim.close()
            raise JournalInUseError(f"{path} is in use by another process") from held


def _entries(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # The process was killed while it wrote its last line: that call was never answered.
            return


def _state(org: "Org") -> Iterator[dict[str, Any]]:
    # Before the serials, which name objects.
    yield from ({"custom_object": spec} for spec in org.custom_objects)
    serials = {name: store.last_serial for name, store in org.stores.items()}
    yield {"org": {"id": org.id, "name": org.name, "secret": org.secret, "serials": serials}}
    for object_name, spec in org.custom_fields:
        yield {"custom_field": [object_name, spec]}
    yield from ({"component": asdict(each)} for each in org.components)
    for name, store in org.stores.items():
        part: list[Row] = []
        for row in store.in_change_order():
            part.append(row)
            if len(part) == _ROWS_PER_LINE:
                yield {"rows": {name: part}}
                part = []
        if part:
            yield {"rows": {name: part}}
    if org.signing_key.pem is not None:
        yield {"signing_key": org.signing_key.pem}
    for name, store in org.stores.items():
        if store.delete_log:
            yield {"purged": [[name, *each] for each in store.delete_log.items()]}
    yield from ({"usage": each} for each in org.usage.buckets().items())
    yield from ({"permissions": each} for each in org.permissions.specs().items())
    yield from ({"sharing": each} for each in org.sharing.changes())
    for user_id, secret in org.users.secrets.items():
        yield {"secrets": [user_id, asdict(secret)]}
    yield from ({"app": asdict(each)} for each in org.grants.apps.values())
    yield from ({"approval": asdict(each)} for each in org.grants.approvals.values())
    yield from ({"session": asdict(each)} for each in org.grants.sessions.values())
    yield from ({"platform_event": spec} for spec in org.events.schemas.platform_specs.values())
    counters, kept = org.events.state()
    yield {"event_counters": counters}
    for start in range(0, len(kept), _ROWS_PER_LINE):
        told = stored.to_json(kept[start : start + _ROWS_PER_LINE], with_rows=True)
        yield {"events": told}


def _apply(org: "Org", entry: dict[str, Any]) -> None:
    for kind, content in entry.items():
        _APPLY[kind](org, content)


def _apply_org(org: "Org", content: dict[str, Any]) -> None:
    org.id, org.name, org.secret = content["id"], content["name"], content["secret"]
    for name, serial in content["serials"].items():
        org.store(name).last_serial = serial


def _apply_rows(org: "Org", content: dict[str, list["Row"]]) -> None:
    for name, rows in content.items():
        store = org.store(name)
        for row in rows:
            store.put(row)
            store.last_serial = max(store.last_serial, serial_of(row["Id"]))


def _apply_purged(org: "Org", content: list[list[Any]]) -> None:
    for name, record_id, *stamp in content:
        store = org.store(name)
        store.remove(record_id)
        if stamp and stamp[0]:
            store.delete_log[record_id] = stamp[0]


def _apply_custom_object(org: "Org", content: dict[str, Any]) -> None:
    org.add_custom_object(content)


def _apply_custom_field(org: "Org", content: tuple[str, dict[str, Any]]) -> None:
    org.add_custom_field(*content)


def _apply_platform_event(org: "Org", content: dict[str, Any]) -> None:
    org.events.schemas.define_platform_event(content)


def _apply_events(org: "Org", content: list[dict[str, Any]]) -> None:
    org.events.publish(stored.from_json(org, content))


def _apply_event_counters(org: "Org", content: dict[str, int]) -> None:
    org.events.restore(content)


def _apply_events_forgotten(org: "Org", _content: bool) -> None:
    org.events.forget()


def _apply_signing_key(org: "Org", content: str) -> None:
    org.signing_key.pem = content


def _apply_usage(org: "Org", content: tuple[int, int]) -> None:
    org.usage.set_bucket(*content)


def _apply_permissions(org: "Org", content: tuple[str, Any]) -> None:
    org.permissions.set(*content)


def _apply_sharing(org: "Org", content: dict[str, list[Any]]) -> None:
    org.sharing.apply(content)


def _apply_object_changed(org: "Org", content: dict[str, Any]) -> None:
    schema_changes.put_object(org, content)


def _apply_object_gone(org: "Org", content: str) -> None:
    schema_changes.remove_object(org, content)


def _apply_field_gone(org: "Org", content: tuple[str, str]) -> None:
    schema_changes.remove_field(org, *content)


def _apply_component(org: "Org", content: dict[str, Any]) -> None:
    org.components.restore(content)


def _apply_component_gone(org: "Org", content: tuple[str, str]) -> None:
    org.components.remove(*content)


def _apply_secrets(org: "Org", content: tuple[str, dict[str, str]]) -> None:
    org.users.secrets[content[0]] = Secrets(**content[1])


def _apply_app(org: "Org", content: dict[str, Any]) -> None:
    org.grants.apps[content["client_id"]] = App(**content)


def _apply_approval(org: "Org", content: dict[str, Any]) -> None:
    org.grants.approvals[content["id"]] = Approval(**content)


def _apply_approval_gone(org: "Org", content: str) -> None:
    org.grants.approvals.pop(content, None)


def _apply_session(org: "Org", content: dict[str, Any]) -> None:
    session = Session(**content)
    # Unused while the org was down is not unused by its caller.
    session.last_used = org.now().timestamp()
    org.grants.sessions[session.token_hash] = session


def _apply_session_gone(org: "Org", content: str) -> None:
    org.grants.sessions.pop(content, None)


_APPLY: dict[str, Callable[["Org", Any], None]] = {
    "org": _apply_org,
    "rows": _apply_rows,
    "purged": _apply_purged,
    "custom_object": _apply_custom_object,
    "custom_field": _apply_custom_field,
    "platform_event": _apply_platform_event,
    "events": _apply_events,
    "event_counters": _apply_event_counters,
    "events_forgotten": _apply_events_forgotten,
    "signing_key": _apply_signing_key,
    "usage": _apply_usage,
    "permissions": _apply_permissions,
    "sharing": _apply_sharing,
    "object_changed": _apply_object_changed,
    "object_gone": _apply_object_gone,
    "field_gone": _apply_field_gone,
    "component": _apply_component,
    "component_gone": _apply_component_gone,
    "secrets": _apply_secrets,
    "app": _apply_app,
    "approval": _apply_approval,
    "approval_gone": _apply_approval_gone,
    "session": _apply_session,
    "session_gone": _apply_session_gone,
}
