"""Write the set-up of a project as a file that `raccord apply` would lead back to.

Secrets do not leave: where one belongs, the file names an environment variable to be set. A
grant that a person gave in the browser cannot be repeated from a file: the file names it only, and
a comment says that it must be there before the file is applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from django.utils.translation import gettext as _

from raccord.connections.models import Authorization, Connection, DataTransfer, GrantType
from raccord.contacts.models import Field, Project
from raccord.engine.records import Direction, FirstLinkRule, OnlyThere, Operation, Rule
from raccord.engine.rules import DeletionRule


def export(project: Project) -> str:
    """The set-up of `project` as YAML, ready for `raccord apply`."""
    connections = project.connections.select_related("authorization").order_by("name")
    grants = {one.authorization.name: one.authorization for one in connections}
    repeatable = [grant for grant in grants.values() if _repeatable(grant)]
    document: dict[str, Any] = {"version": 1, "project": _project(project)}
    if repeatable:
        document["authorizations"] = list(_authorizations(repeatable))
    if connections:
        document["connections"] = [_connection(one) for one in connections]
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    given = [name for name, grant in grants.items() if not _repeatable(grant)]
    return "".join(_comment(name) for name in given) + text


def _comment(name: str) -> str:
    told = _(
        "“%(name)s” was authorized by a person. Elsewhere, authorize it under this name first."
    )
    return f"# {' '.join(told.split())}\n" % {"name": " ".join(name.split())}


def _repeatable(authorization: Authorization) -> bool:
    return authorization.grant == GrantType.CLIENT_CREDENTIALS


def _project(project: Project) -> dict[str, Any]:
    fields = project.fields.select_related("group").order_by("position", "pk")
    groups = [_labelled(group.label, group.labels) for group in project.groups.all()]
    document: dict[str, Any] = {
        "name": project.name,
        "slug": project.slug,
        "languages": list(project.languages),
        "time_zone": project.time_zone,
        "unique_key": [spec.key for spec in project.key_specs()],
    }
    if groups:
        document["groups"] = groups
    return document | {"fields": [_field(field) for field in fields]}


def _field(field: Field) -> dict[str, Any]:
    line: dict[str, Any] = {
        "key": field.key,
        **_labelled(field.label, field.labels),
        "type": str(field.type),
    }
    if field.group:
        line["group"] = field.group.label
    if field.required:
        line["required"] = True
    if field.choices:
        line["choices"] = [_choice(code, field.choice_labels.get(code)) for code in field.choices]
    if field.max_length:
        line["max_length"] = field.max_length
    if field.retired_at:
        line["retired"] = True
    return line


def _choice(code: str, labels: Mapping[str, str] | None) -> str | dict[str, Any]:
    if not labels:
        return code
    own = {language: label for language, label in labels.items() if language}
    return {"code": code} | _labelled(labels.get("", ""), own)


def _labelled(label: str, labels: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"label": label} if label else {}
    return told | ({"labels": dict(labels)} if labels else {})


def _authorizations(grants: Sequence[Authorization]) -> Iterator[dict[str, Any]]:
    taken: set[str] = set()
    for grant in grants:
        variable = _variable(grant.name, taken)
        taken.add(variable)
        yield {
            "name": grant.name,
            "source": grant.source,
            "grant": str(grant.grant),
            "login_url": grant.login_url,
            "client_id": grant.client_id,
            "client_secret": f"${{{variable}}}",
        }


def _variable(name: str, taken: set[str]) -> str:
    """An environment variable for the secret; names that differ in signs only get a number."""
    stem = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "AUTHORIZATION"
    stem = f"_{stem}" if stem[0].isdigit() else stem
    names = (f"{stem}{number}_SECRET" for number in ("", *range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken)


def _connection(connection: Connection) -> dict[str, Any]:
    transfers = list(connection.transfers.all())
    document: dict[str, Any] = {
        "name": connection.name,
        "source": connection.source,
        "authorization": connection.authorization.name,
        "transfers": [_transfer(one) for one in transfers],
    }
    integration = getattr(connection, "integration", None)
    if integration is None:
        return document
    ticked = {one.transfer_id: one.operations for one in integration.update_types.all()}
    document["integration"] = {
        "active": integration.state != "disabled",
        "operations": {
            one.object: [str(each) for each in Operation if each in ticked[one.pk]]
            for one in transfers
            if one.pk in ticked
        },
    }
    alerts = [
        {"email": one.email, "language": one.language} for one in integration.alert_recipients.all()
    ]
    if alerts:
        document["integration"]["alerts"] = alerts
    return document


def _transfer(transfer: DataTransfer) -> dict[str, Any]:
    document: dict[str, Any] = {"object": transfer.object}
    if not transfer.active:
        document["active"] = False
    if not transfer.create_missing:
        document["create_missing"] = False
    if not transfer.look_up_missing:
        document["look_up_missing"] = False
    if transfer.only_there != OnlyThere.LINK:
        document["only_there"] = str(transfer.only_there)
    for name in ("our_deletion", "their_deletion"):
        if getattr(transfer, name) != DeletionRule.NOTHING:
            document[name] = str(getattr(transfer, name))
    if transfer.match_fields:
        document["match_fields"] = [
            {"field": key, "to": remote} for remote, key in transfer.match_fields
        ]
    if transfer.first_link_rule != FirstLinkRule.THEIRS:
        document["first_link_rule"] = str(transfer.first_link_rule)
    mappings = [
        _without_defaults(
            field=line.field.key,
            to=line.remote_field,
            direction=str(line.direction),
            rule=str(line.rule),
            transform=line.transform,
            cut=line.cut,
            when_empty=line.when_empty,
            values=line.value_pairs or None,
        )
        for line in transfer.mappings.select_related("field")
    ]
    if mappings:
        document["mappings"] = mappings
    return document


def _without_defaults(**line: object) -> dict[str, object]:
    defaults = {
        "direction": Direction.OUTBOUND,
        "rule": Rule.NEWEST,
        "transform": "",
        "cut": False,
        "when_empty": None,
        "values": None,
    }
    return {key: value for key, value in line.items() if defaults.get(key) != value}
