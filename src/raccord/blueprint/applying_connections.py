"""Stage 3 of applying: a connection, its data transfers, their mappings.

Before: the authorizations; after: the integration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from raccord.blueprint.apply_run import ApplyRun
from raccord.blueprint.document import ConnectionPart, TransferPart
from raccord.blueprint.reading import InvalidBlueprint, Keys
from raccord.connections import describing, editing, mappings, match_order, transfers
from raccord.connections.models import Authorization, Connection, DataTransfer
from raccord.connections.transfers import TransferSettings
from raccord.contacts.models import Project
from raccord.engine.compatibility import Compatible, check
from raccord.engine.errors import BadInput
from raccord.engine.rules import OnlyHere
from raccord.engine.schema import RemoteObject
from raccord.engine.value_pairs import from_lists
from raccord.sync import activate


def set_up_connection(
    project: Project, part: ConnectionPart, *, grant: Authorization, keys: Keys, run: ApplyRun
) -> Connection:
    """Make or change the connection; what is wrong with a transfer is collected in `run`."""
    with run.placed(keys):
        connection, result = _connected(project, part, grant=grant)
    run.note("connection", part.name, result)
    for number, transfer in enumerate(part.transfers):
        place: Keys = (*keys, "transfers", number)
        with run.collected(), run.placed(place):
            result = _set_up_transfer(connection, transfer, keys=place, run=run)
            run.note("data transfer", f"{connection.name}: {transfer.object}", result)
    return connection


def _connected(
    project: Project, part: ConnectionPart, *, grant: Authorization
) -> tuple[Connection, str]:
    connection = Connection.objects.filter(project=project, name=part.name).first()
    if connection is None:
        made = editing.create_connection(
            project, source=part.source, name=part.name, authorization=grant
        )
        return made, "created"
    if connection.source != part.source:
        raise BadInput("raccord.blueprint.other_source", at="source")
    if connection.authorization_id == grant.pk:
        return connection, "unchanged"
    editing.change_connection(connection, name=part.name, authorization=grant)
    return connection, "changed"


def _set_up_transfer(
    connection: Connection, part: TransferPart, *, keys: Keys, run: ApplyRun
) -> str:
    transfer = DataTransfer.objects.filter(connection=connection, object=part.object).first()
    created = transfer is None
    if transfer is None:
        transfer = transfers.add_transfer(connection, object_name=part.object)
    remote = describing.described(transfer)
    before = _state(transfer)
    if transfer.active and not part.active:
        transfers.deactivate_transfer(transfer)
    _map(transfer, part, remote=remote, keys=keys, run=run)
    _set(transfer, part, remote=remote)
    if part.active and not transfer.active:
        transfers.activate_transfer(transfer, remote=remote)
    changed = before != _state(transfer)
    return "created" if created else "changed" if changed else "unchanged"


def _set(transfer: DataTransfer, part: TransferPart, *, remote: RemoteObject) -> None:
    """What becomes of who is on one side only, and by what people are recognised."""
    if (settings := _settings(part)) != TransferSettings.of(transfer):
        activate.change_settings(transfer, settings)
        transfer.refresh_from_db()
    chosen = [(each.to, each.field) for each in part.match_fields]
    if chosen:
        match_order.change(transfer, chosen, remote=remote)
    elif transfer.match_fields:
        transfer.match_fields = []
        transfer.save(update_fields=["match_fields"])


def _settings(part: TransferPart) -> TransferSettings:
    looked_up = OnlyHere.LINK if part.look_up_missing else OnlyHere.IGNORE
    return TransferSettings(
        first_link_rule=part.first_link_rule,
        only_here=OnlyHere.CREATE if part.create_missing else looked_up,
        only_there=part.only_there,
        our_deletion=part.our_deletion,
        their_deletion=part.their_deletion,
    )


def _state(transfer: DataTransfer) -> tuple[object, ...]:
    return (
        transfer.active,
        TransferSettings.of(transfer),
        list(transfer.match_fields),
        mappings.stored_lines(transfer),
    )


def _map(
    transfer: DataTransfer, part: TransferPart, *, remote: RemoteObject, keys: Keys, run: ApplyRun
) -> None:
    lines = mappings.as_stored(transfer, list(_lines(transfer, part, remote=remote)))
    if lines == mappings.stored_lines(transfer):
        return
    try:
        mappings.save_mappings(transfer, lines, remote=remote)
        activate.mappings_changed(transfer)
    except mappings.InvalidMappings as invalid:
        raise InvalidBlueprint(
            tuple(
                replace(verdict.failure, at=run.at((*keys, "mappings", number)))
                for number, verdict in enumerate(invalid.verdicts)
                if verdict.failure
            )
        ) from None


def _lines(
    transfer: DataTransfer, part: TransferPart, *, remote: RemoteObject
) -> Iterator[mappings.MappingLine]:
    """The file's lines. The screens choose the only fitting conversion themselves; so do we."""
    specs = {spec.key: spec for spec in transfer.connection.project.specs()}
    for line in part.mappings:
        transform = line.transform
        theirs = remote.fields.get(line.to)
        if not transform and theirs is not None and line.field in specs:
            verdict = check(specs[line.field], theirs, line.direction)
            fitting = verdict.transforms if isinstance(verdict, Compatible) else ("",)
            transform = "" if "" in fitting else fitting[0]
        table = from_lists(line.values) or None
        yield mappings.MappingLine(
            line.field,
            line.to,
            line.direction,
            line.rule,
            transform,
            cut=line.cut,
            value_pairs=table,
            when_empty=line.when_empty,
        )
