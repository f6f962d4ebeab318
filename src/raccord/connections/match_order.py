"""By which pairs of fields people are recognised, in which order: what may be chosen, and why not.

Our own identity comes before all of them where the other side has a field for it; that is no
choice. Changing the order moves nothing: links stay, and only who has none is looked for by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from raccord.connections import specs
from raccord.connections.models import DataTransfer
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldPair, FieldType
from raccord.engine.schema import RemoteObject, RemoteType

log = structlog.get_logger(__name__)

NOTHING_CHOSEN = "raccord.matching.nothing_chosen"
NOT_MAPPED = "raccord.matching.not_mapped"
NOT_SEARCHABLE = "raccord.matching.not_searchable"
TWICE = "raccord.matching.twice"

LONGEST_SEARCHABLE = 255
_OURS = (FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL)
_THEIRS = (RemoteType.STRING, RemoteType.EMAIL, RemoteType.PHONE, RemoteType.URL)

Chosen = Sequence[tuple[str, str]]
"""(remote field, local key), best evidence first."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """How people are recognised over a data transfer.

    identity: the label of the remote field that holds our own id, "" if the org has none.
    pairs: the chosen ones in their order; further: what could be added.
    """

    identity: str
    pairs: tuple[FieldPair, ...]
    further: tuple[FieldPair, ...]


def of_transfer(
    transfer: DataTransfer, *, remote: RemoteObject, chosen: Chosen | None = None
) -> Recognition:
    """How it stands; with `chosen`, how it would."""
    spec = specs.transfer_spec(transfer, remote=remote)
    by_names = {_names(pair): pair for pair in spec.pairs}
    order = spec.match_fields if chosen is None else chosen
    pairs = tuple(by_names[names] for names in dict.fromkeys(order) if names in by_names)
    identity = remote.fields.get(spec.external_id_field)
    return Recognition(
        identity=identity.label if identity else "",
        pairs=pairs,
        further=tuple(pair for pair in spec.pairs if pair not in pairs and searchable(pair)),
    )


def searchable(pair: FieldPair) -> bool:
    """Whether people can be looked up by the pair, on both sides."""
    short = pair.remote.max_length is None or pair.remote.max_length <= LONGEST_SEARCHABLE
    return short and pair.local.type in _OURS and pair.remote.type in _THEIRS


def change(transfer: DataTransfer, chosen: Chosen, *, remote: RemoteObject) -> None:
    """Store the order. Raises BadInput at ``match_fields`` if it cannot be used."""
    check(transfer, chosen, remote=remote)
    if [list(names) for names in chosen] == transfer.match_fields:
        return
    transfer.match_fields = [list(names) for names in chosen]
    transfer.save(update_fields=["match_fields"])
    log.info("transfer.match_order_changed", transfer=transfer.pk, fields=len(chosen))


def check(transfer: DataTransfer, chosen: Chosen, *, remote: RemoteObject) -> None:
    """Raise BadInput at ``match_fields`` with the reason why people cannot be looked up so."""
    pairs = {_names(pair): pair for pair in specs.transfer_spec(transfer, remote=remote).pairs}
    for names in chosen:
        pair = pairs.get(names)
        if pair is None:
            raise BadInput(NOT_MAPPED, {"remote": names[0][:80]}, at="match_fields")
        if not searchable(pair):
            about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
            raise BadInput(NOT_SEARCHABLE, about, at="match_fields")
    if len(set(chosen)) != len(chosen):
        raise BadInput(TWICE, at="match_fields")
    if not chosen and any(map(searchable, pairs.values())):
        raise BadInput(NOTHING_CHOSEN, at="match_fields")


def _names(pair: FieldPair) -> tuple[str, str]:
    return pair.remote.name, pair.local.key
