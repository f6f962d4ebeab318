"""Which of the decisions are shown: by kind, by data transfer, of one contact; and which page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from raccord.connections import specs
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.sync.decisions import Kind, Wanted, by_kind

FILTERS = ("kind", "transfer", "contact", "page")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter, with how many it would show; chosen: it is the present one."""

    value: str
    label: str
    chosen: bool


def wanted(given: QueryDict) -> Wanted:
    """What an address asks for; what makes no sense is left out."""
    kind = given.get("kind", "")
    return Wanted(
        kind=Kind(kind) if kind in set(Kind) else None,
        transfer=number(given.get("transfer")),
        contact=number(given.get("contact")),
    )


def number(text: str | None) -> int:
    """A number of an address or form; 0 if it is none that the database could hold."""
    digits = text or ""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 19:
        return 0
    return int(digits) if int(digits) <= _LARGEST else 0


def query_of(given: QueryDict) -> str:
    """The part of an address that asks for the same again; "" for everything."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if value := given.get(name, "")[:40].replace("\0", ""):
            kept[name] = value
    return kept.urlencode()


def back_to(posted: QueryDict) -> QueryDict:
    """What the page had been asked for that a form was posted from."""
    return QueryDict(query_of(QueryDict(posted.get("back", "")[:500].replace("\0", ""))))


def kinds(project: Project, now: Wanted) -> list[Option]:
    """The kinds there are, with their numbers; the chosen one also where there is none."""
    counted: dict[Kind, int] = {}
    for given in (None, Kind.KEPT_APART):
        asked = Wanted(kind=given, transfer=now.transfer, contact=now.contact)
        for (kind, _transfer), many in by_kind(project, asked).items():
            counted[kind] = counted.get(kind, 0) + many
    return [
        Option(str(kind), f"{kind_words(kind)} ({counted.get(kind, 0)})", kind is now.kind)
        for kind in Kind
        if kind in counted or kind is now.kind
    ]


def transfers(project: Project, now: Wanted) -> list[Option]:
    """The project's data transfers; none where there is only one."""
    found = DataTransfer.objects.filter(connection__project=project)
    rows = list(found.select_related("connection").order_by("connection__name", "position", "pk"))
    if len(rows) < 2:
        return []
    return [Option(str(each.pk), transfer_words(each), each.pk == now.transfer) for each in rows]


def transfer_words(transfer: DataTransfer) -> str:
    """A data transfer by the name of its connection and its data type."""
    return f"{transfer.connection.name} · {specs.data_type(transfer).label}"


def kind_words(kind: Kind) -> str:
    """What has to be decided, in a few words."""
    words = {
        Kind.CONFLICT: _("Changed on both sides"),
        Kind.SEVERAL_RECORDS: _("Several records for a contact"),
        Kind.DELETED_HERE: _("Deleted here"),
        Kind.DELETED_THERE: _("Deleted there"),
        Kind.ONE_PERSON: _("Two contacts, one record"),
        Kind.SEVERAL_CONTACTS: _("Several contacts for a record"),
        Kind.CONTACT_TAKEN: _("Contact has another record"),
        Kind.WAS_DELETED: _("Contact was deleted here"),
        Kind.NOT_TAKEN: _("Record could not be taken"),
        Kind.KEPT_APART: _("Kept apart"),
    }
    return words[kind]
