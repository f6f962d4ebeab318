"""What a new org holds: users, apps, fields, rules and records, from a JSON file or a dict.

    {"users": [{"username", "password", "name", "email", "security_token", "permissions",
                "active"}],
     "apps": [{"client_id", "client_secret", "redirect_uris", "flows", "run_as", ...}],
     "tokens": [{"access_token", "refresh_token", "username", "client_id"}],
     "custom_objects": [{"name": "Event__c", "label", "labelPlural", "nameField", "fields": [...]}],
     "custom_fields": {"Contact": [{"name", "type", "length", "externalId", "unique", ...}]},
     "records": {"Contact": [{"LastName": ...}]},
     "sharing": {"Contact": "private"},
     "change_events": ["Contact", "Lead", "Account"],
     "event_channels": {"Sales__chn": ["Lead"]},
     "platform_events": [{"name": "Order__e", "fields": [...]}],
     "validation_rules": [{"object", "formula" or "condition", "message", "errorDisplayField"}],
     "duplicate_rules": [{"object", "against", "fields", "action", "name", "message"}],
     "triggers": [{"object", "field", "do", "length", "value", "formula", "when"}],
     "automations": [{"object", "when", "set", "as", "after_ms"}],
     "daily_api_requests": 100000, "session_seconds": 7200}

Applied to an org that was read from a data file it renews users, apps, fields, rules and settings
and leaves the records alone.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.oauth.model import FLOWS, App, Approval, token_hash
from salesforce_simulator.org import Org
from salesforce_simulator.rules.registry import KINDS
from salesforce_simulator.transaction import Actor

SECTIONS = frozenset(
    {
        "users",
        "apps",
        "tokens",
        "custom_objects",
        "custom_fields",
        "records",
        "sharing",
        "change_events",
        "event_channels",
        "platform_events",
        *KINDS,
        "daily_api_requests",
        "session_seconds",
        "org_name",
    }
)

# What change data capture is switched on for, unless the seed chooses.
DEFAULT_CHANGE_EVENTS = ("Account", "Contact", "Lead")

DEFAULT_USERS = (
    {
        "username": "admin@simulated.example",
        "password": "simulator",
        "name": "Alex Martin",
        "email": "alex.martin@simulated.example",
    },
    {
        "username": "integration@simulated.example",
        "password": "simulator",
        "name": "Integration User",
        "email": "integration@simulated.example",
    },
)


class SeedError(ValueError):
    """A seed that cannot be used; says which entry and why."""


def read_seed(path: Path) -> dict[str, Any]:
    """Read a seed file. SeedError where it is missing or no JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise SeedError(f"{path}: {broken}") from broken
    if not isinstance(content, dict):
        raise SeedError(f"{path}: a JSON object is needed")
    return content


def apply_seed(org: Org, seed: Mapping[str, Any], *, with_records: bool = True) -> None:
    """Fill an org. SeedError names the entry that makes no sense."""
    unknown = set(seed) - SECTIONS
    if unknown:
        raise SeedError(f"unknown section: {', '.join(sorted(unknown))}")
    org.name = str(seed.get("org_name", org.name))
    org.usage.daily_calls = int(seed.get("daily_api_requests", org.usage.daily_calls))
    org.grants.session_seconds = float(seed.get("session_seconds", org.grants.session_seconds))
    _add_users(org, seed)
    _add_organization(org)
    _add_apps(org, seed)
    _add_tokens(org, seed)
    _add_objects(org, seed)
    _add_fields(org, seed)
    _add_rules(org, seed)
    _add_permissions(org, seed)
    if with_records:
        _add_records(org, seed)
    # Behind the records: what an org starts with, it does not announce.
    _choose_events(org, seed)


def _add_users(org: Org, seed: Mapping[str, Any]) -> None:
    users = seed.get("users") or ([] if org.users.first() else DEFAULT_USERS)
    for entry in users:
        try:
            about = {str(name): str(entry[name]) for name in set(entry) - {"permissions", "active"}}
            user_id = org.users.add(**about)
            if entry.get("active", True) is not True:
                org.users.set_active(user_id, active=False)
        except TypeError as wrong:
            raise SeedError(f"users: {entry.get('username', entry)}: {wrong}") from wrong


def _add_organization(org: Org) -> None:
    store = org.store("Organization")
    stamp = org.now_stamp()
    admin = org.users.first()
    row = store.live.get(org.id) or {
        "Id": org.id,
        "IsDeleted": False,
        "IsSandbox": False,
        "IsReadOnly": False,
        "OrganizationType": "Developer Edition",
        "InstanceName": "SIM1",
        "DefaultLocaleSidKey": "en_US",
        "TimeZoneSidKey": "Europe/Paris",
        "LanguageLocaleKey": "en_US",
        "FiscalYearStartMonth": 1,
        "CreatedDate": stamp,
        "CreatedById": admin,
        "LastModifiedDate": stamp,
        "LastModifiedById": admin,
        "SystemModstamp": stamp,
    }
    row = {**row, "Name": org.name}
    with org.lock:
        store.put(row)
        org.journal.rows([("Organization", row)])


def _add_apps(org: Org, seed: Mapping[str, Any]) -> None:
    if not seed.get("apps") and not org.grants.apps:
        org.grants.add_app(_default_app(org))
    for entry in seed.get("apps", []):
        try:
            app = App(**entry)
        except TypeError as wrong:
            raise SeedError(f"apps: {entry.get('client_id', entry)}: {wrong}") from wrong
        unknown = set(app.flows) - FLOWS
        if unknown:
            raise SeedError(f"apps: {app.client_id}: unknown flow {', '.join(sorted(unknown))}")
        if app.run_as and org.users.find(app.run_as) is None:
            raise SeedError(f"apps: {app.client_id}: run_as names no user: {app.run_as}")
        org.grants.add_app(app)


def _default_app(org: Org) -> App:
    users = [str(row["Username"]) for row in org.store("User").live.values()]
    return App(
        client_id="3MVG9" + secrets.token_hex(16),
        client_secret=secrets.token_hex(32).upper(),
        name="Default app",
        redirect_uris=["http://localhost:1717/OauthRedirect"],
        flows=["authorization_code", "refresh_token", "client_credentials", "password"],
        run_as=users[-1],
    )


def _add_tokens(org: Org, seed: Mapping[str, Any]) -> None:
    for entry in seed.get("tokens", []):
        user = org.users.find(str(entry.get("username", "")))
        app = org.grants.apps.get(str(entry.get("client_id", "")))
        if user is None or app is None:
            raise SeedError("tokens: each needs the username and client_id of the seed")
        approval_id = None
        if entry.get("refresh_token"):
            hashed = token_hash(str(entry["refresh_token"]))
            approval_id = hashed[:16]
            org.grants.keep_approval(
                Approval(
                    id=approval_id,
                    user_id=user["Id"],
                    client_id=app.client_id,
                    scope=app.scopes,
                    refresh_hash=hashed,
                )
            )
        if entry.get("access_token"):
            org.grants.keep_session(
                str(entry["access_token"]),
                user_id=user["Id"],
                client_id=app.client_id,
                scope=app.scopes,
                approval_id=approval_id,
            )


def _add_objects(org: Org, seed: Mapping[str, Any]) -> None:
    for spec in seed.get("custom_objects", []):
        try:
            org.add_custom_object(spec)
        except (ValueError, TypeError, AttributeError) as wrong:
            raise SeedError(f"custom_objects: {wrong}") from wrong


def _add_fields(org: Org, seed: Mapping[str, Any]) -> None:
    for object_name, specs in seed.get("custom_fields", {}).items():
        for spec in specs:
            try:
                org.add_custom_field(object_name, spec)
            except (ValueError, TypeError) as wrong:
                raise SeedError(f"custom_fields: {object_name}: {wrong}") from wrong


def _add_permissions(org: Org, seed: Mapping[str, Any]) -> None:
    """Once objects and fields are known: what users may do, what is private."""
    try:
        for entry in seed.get("users") or ():
            user = org.users.find(str(entry["username"]))
            if user is not None and "permissions" in entry:
                org.permissions.set(user["Id"], entry["permissions"])
        for name, level in seed.get("sharing", {}).items():
            org.sharing.set_default(name, level)
    except ValueError as wrong:
        raise SeedError(str(wrong)) from wrong


def _add_rules(org: Org, seed: Mapping[str, Any]) -> None:
    """Rules of the seed take the place of those of an earlier one."""
    org.rules.clear()
    for kind in KINDS:
        for spec in seed.get(kind, []):
            try:
                org.rules.add(kind, spec)
            except ValueError as wrong:
                raise SeedError(str(wrong)) from wrong


def _add_records(org: Org, seed: Mapping[str, Any]) -> None:
    actor = Actor(user_id=org.users.first(), allow_duplicates=True, unlimited=True)
    with org.transaction(actor) as writes:
        for object_name, records in seed.get("records", {}).items():
            for number, values in enumerate(records, 1):
                try:
                    writes.create(object_name, values)
                except (ApiError, KeyError) as wrong:
                    raise SeedError(f"records: {object_name} {number}: {wrong}") from wrong


def _choose_events(org: Org, seed: Mapping[str, Any]) -> None:
    channels = seed.get("event_channels", {})
    selected = seed.get("change_events", DEFAULT_CHANGE_EVENTS)
    for name, members in {"change_events": selected, **channels}.items():
        for object_name in members:
            if object_name not in org.stores or org.store(object_name).kind.read_only:
                raise SeedError(f"{name}: {object_name} has no change events")
    for name in channels:
        if not name.endswith("__chn"):
            raise SeedError(f"event_channels: {name}: the name must end in __chn")
    org.events.capture(selected, channels)
    for spec in seed.get("platform_events", []):
        try:
            org.events.schemas.define_platform_event(spec)
        except (ValueError, TypeError, AttributeError) as wrong:
            raise SeedError(f"platform_events: {wrong}") from wrong
