"""Make the installation agree with a set-up file: as often as you like, with the same result.

The project, its authorizations, connections, transfers and mappings are written in one
transaction; only then is the integration switched on or off. What the file does not name is kept
when contacts depend on it (fields, connections, transfers) and follows the file otherwise
(mappings, operations, alert recipients).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from raccord.alerts import recipients
from raccord.blueprint.document import (
    AuthorizationPart,
    Blueprint,
    ConnectionPart,
    FieldPart,
    IntegrationPart,
    ProjectPart,
    TransferPart,
)
from raccord.blueprint.reading import InvalidBlueprint, Keys, SetUpFile
from raccord.connections import (
    authorizations,
    authorize,
    describing,
    editing,
    endpoints,
    mappings,
    transfers,
)
from raccord.connections.models import (
    Authorization,
    Connection,
    DataTransfer,
    GrantType,
    Integration,
    IntegrationState,
)
from raccord.contacts import projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Field, Project
from raccord.engine.compatibility import Compatible, check
from raccord.engine.errors import BadInput, Failure
from raccord.sync import activate


@dataclass(frozen=True, slots=True)
class Applied:
    """One thing the file names, and whether it was ``created``, ``changed`` or ``unchanged``."""

    kind: str
    name: str
    result: str


def apply(file: SetUpFile) -> list[Applied]:
    """Bring the installation into the state of `file`; returns what was done, in file order.

    Raises InvalidBlueprint, with the place in the file, when something in it cannot be; nothing
    is changed then, except that an integration that cannot be switched on stays off.
    """
    return _Applying(file).run()


class _Applying:
    """One run: the file, and what was done so far."""

    def __init__(self, file: SetUpFile) -> None:
        self.blueprint: Blueprint = file.blueprint
        self.at = file.at
        self.done: list[Applied] = []

    def run(self) -> list[Applied]:
        switches: list[tuple[Keys, Integration, IntegrationPart]] = []
        with transaction.atomic():
            project = self.project(self.blueprint.project)
            grants = {
                part.name: self.authorization(part, ("authorizations", number))
                for number, part in enumerate(self.blueprint.authorizations)
            }
            for number, part in enumerate(self.blueprint.connections):
                keys: Keys = ("connections", number)
                connection = self.connection(project, part, grants[part.authorization], keys)
                if part.integration:
                    keys = (*keys, "integration")
                    integration = self.integration(connection, part.integration, keys)
                    switches.append((keys, integration, part.integration))
        for keys, integration, wanted in switches:
            self.switch(integration, wanted, keys)
        return self.done

    def project(self, part: ProjectPart) -> Project:
        keys: Keys = ("project",)
        shape: Any = {
            "name": part.name,
            "languages": list(part.languages),
            "time_zone": part.time_zone,
        }
        project = Project.objects.filter(slug=part.slug).first()
        with self.placed(keys):
            if project is None:
                project = projects.create_project(slug=part.slug, **shape)
                self.note("project", part.name, "created")
            elif _differs(project, shape):
                projects.change_project(project, **shape)
                self.note("project", part.name, "changed")
            else:
                self.note("project", part.name, "unchanged")
        for position, field in enumerate(part.fields):
            self.field(project, field, position, (*keys, "fields", position))
        with self.placed((*keys, "unique_key")):
            projects.set_unique_key(project, part.unique_key)
        return project

    def field(self, project: Project, part: FieldPart, position: int, keys: Keys) -> None:
        shape: Any = {
            "label": part.label or part.key.replace("_", " ").capitalize(),
            "type": part.type,
            "required": part.required,
            "choices": list(part.choices),
            "max_length": part.max_length,
            "position": position,
        }
        field = Field.objects.filter(project=project, key=part.key).first()
        with self.placed(keys):
            if field is None:
                projects.add_field(project, key=part.key, **shape)
                self.note("field", part.key, "created")
            elif _differs(field, shape):
                projects.change_field(field, **shape)
                self.note("field", part.key, "changed")
            else:
                self.note("field", part.key, "unchanged")

    def authorization(self, part: AuthorizationPart, keys: Keys) -> Authorization:
        """Also signs in, so that a wrong secret is told here and not by the first contact."""
        known = Authorization.objects.filter(name=part.name).first()
        with self.placed(keys):
            if known is None:
                known = authorizations.create_authorization(
                    part.source,
                    name=part.name,
                    environment=endpoints.OWN_ADDRESS,
                    own_address=part.login_url,
                    client_id=part.client_id,
                    client_secret=part.client_secret,
                    grant=GrantType.CLIENT_CREDENTIALS,
                )
                result = "created"
            else:
                result = self.same_authorization(known, part)
            if result != "unchanged" or not authorizations.usable(known):
                known = authorize.sign_in_application(known)
        self.note("authorization", part.name, result)
        return known

    def same_authorization(self, known: Authorization, part: AuthorizationPart) -> str:
        if known.grant != GrantType.CLIENT_CREDENTIALS or known.source != part.source:
            raise BadInput("raccord.blueprint.other_authorization", {"name": part.name})
        endpoint = endpoints.token_endpoint(known)
        before = (known.login_url, endpoint.client_id, endpoint.client_secret)
        wanted = (part.login_url.rstrip("/").lower(), part.client_id, part.client_secret)
        if before == wanted:
            return "unchanged"
        known.login_url = endpoints.login_url(
            endpoints.declaration_of(part.source),
            environment=endpoints.OWN_ADDRESS,
            own_address=part.login_url,
        )
        authorizations.change_application(
            known, name=part.name, client_id=part.client_id, client_secret=part.client_secret
        )
        return "changed"

    def connection(
        self, project: Project, part: ConnectionPart, grant: Authorization, keys: Keys
    ) -> Connection:
        connection = Connection.objects.filter(project=project, name=part.name).first()
        with self.placed(keys):
            if connection is None:
                connection = editing.create_connection(
                    project, source=part.source, name=part.name, authorization=grant
                )
                self.note("connection", part.name, "created")
            elif connection.source != part.source:
                raise BadInput("raccord.blueprint.other_source", at="source")
            elif connection.authorization_id != grant.pk:
                editing.change_connection(connection, name=part.name, authorization=grant)
                self.note("connection", part.name, "changed")
            else:
                self.note("connection", part.name, "unchanged")
        for number, transfer in enumerate(part.transfers):
            self.transfer(connection, transfer, (*keys, "transfers", number))
        return connection

    def transfer(self, connection: Connection, part: TransferPart, keys: Keys) -> None:
        transfer = DataTransfer.objects.filter(connection=connection, object=part.object).first()
        created = transfer is None
        with self.placed(keys):
            if transfer is None:
                transfer = transfers.add_transfer(connection, object_name=part.object)
            remote = describing.described(transfer)
            before = (_settings(transfer), mappings.stored_lines(transfer))
            transfer.first_link_rule = part.first_link_rule
            transfer.create_missing = part.create_missing
            transfer.save(update_fields=["first_link_rule", "create_missing"])
            self.mappings(transfer, part, keys)
            if part.active and not transfer.active:
                transfers.activate_transfer(transfer, remote=remote)
            elif transfer.active and not part.active:
                transfers.deactivate_transfer(transfer)
            changed = before != (_settings(transfer), mappings.stored_lines(transfer))
        result = "created" if created else "changed" if changed else "unchanged"
        self.note("data transfer", f"{connection.name}: {part.object}", result)

    def mappings(self, transfer: DataTransfer, part: TransferPart, keys: Keys) -> None:
        remote = describing.described(transfer)
        specs = {spec.key: spec for spec in transfer.connection.project.specs()}
        lines = []
        for line in part.mappings:
            transform = line.transform
            theirs = remote.fields.get(line.to)
            if not transform and theirs is not None:
                # The screens choose the only fitting conversion by themselves; so does a file.
                verdict = check(specs[line.field], theirs, line.direction)
                fitting = verdict.transforms if isinstance(verdict, Compatible) else ("",)
                transform = "" if "" in fitting else fitting[0]
            lines.append(
                mappings.MappingLine(line.field, line.to, line.direction, line.rule, transform)
            )
        if lines == mappings.stored_lines(transfer):
            return
        try:
            mappings.save_mappings(transfer, lines, remote=remote)
        except mappings.InvalidMappings as invalid:
            raise InvalidBlueprint(
                tuple(
                    replace(verdict.failure, at=self.at((*keys, "mappings", number)))
                    for number, verdict in enumerate(invalid.verdicts)
                    if verdict.failure
                )
            ) from None

    def integration(self, connection: Connection, part: IntegrationPart, keys: Keys) -> Integration:
        integration = editing.create_integration(connection)
        with self.placed((*keys, "alerts")):
            recipients.set_recipients(
                integration, [(alert.email, alert.language) for alert in part.alerts]
            )
        return integration

    def switch(self, integration: Integration, part: IntegrationPart, keys: Keys) -> None:
        """Tick the operations, then switch on or off."""
        ids = {one.object: one.pk for one in integration.connection.transfers.all()}
        wanted = {ids[name]: set(ticked) for name, ticked in part.operations.items()}
        current = {one.transfer_id: set(one.operations) for one in integration.update_types.all()}
        result = "unchanged"
        with self.placed(keys):
            if any(current.get(key, set()) != ticked for key, ticked in wanted.items()):
                activate.change_operations(integration, wanted)
                result = "changed"
            is_on = integration.state == IntegrationState.ACTIVE
            if part.active and integration.state == IntegrationState.DISABLED:
                activate.activate(integration)
                result = "activated"
            elif is_on and not part.active:
                activate.deactivate(integration)
                result = "deactivated"
        self.note("data integration", integration.connection.name, result)

    @contextmanager
    def placed(self, keys: Keys) -> Iterator[None]:
        """Give every refusal inside its place in the file."""
        try:
            yield
        except InvalidProject as invalid:
            raise InvalidBlueprint(tuple(self.moved(invalid.problems, keys))) from None
        except BadInput as problem:
            raise InvalidBlueprint(tuple(self.moved([problem], keys))) from None
        except Failure as failure:
            refusal = BadInput(failure.code, failure.params, failure.detail)
            raise InvalidBlueprint(tuple(self.moved([refusal], keys))) from None

    def moved(self, problems: Iterable[BadInput], keys: Keys) -> Iterable[BadInput]:
        for problem in problems:
            inner = (problem.at,) if problem.at else ()
            yield replace(problem, at=self.at((*keys, *inner)))

    def note(self, kind: str, name: str, result: str) -> None:
        self.done.append(Applied(kind, name, result))


def _differs(stored: object, shape: dict[str, Any]) -> bool:
    return any(getattr(stored, name) != value for name, value in shape.items())


def _settings(transfer: DataTransfer) -> tuple[object, ...]:
    return (transfer.active, transfer.first_link_rule, transfer.create_missing)
