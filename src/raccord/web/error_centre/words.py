"""A cause in words: what happened, since when, what to do, who can do it, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from raccord.connections import describing, endpoints
from raccord.connections.models import DataTransfer
from raccord.connections.sentences import Explanation, is_known
from raccord.contacts.lists.query import SYNC, Condition, Operator, SyncState
from raccord.contacts.models import Project
from raccord.engine.choices import has_table
from raccord.engine.errors import Who
from raccord.engine.remedies import Remedy
from raccord.sync.counterparts import type_label
from raccord.sync.parked import groups, remedies
from raccord.sync.parked.groups import Cause, Group
from raccord.sync.parked.models import Replay, Side
from raccord.sync.parked.remedies import Mending
from raccord.sync.status import InWords
from raccord.web.connections import value_choices
from raccord.web.contacts.address import written_condition


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the pages show it.

    object: the data type, as people call it there. source: as their system is called. unknown:
    nobody at Raccord has words for the code. mending: what the field mapping can do. pair: where
    the value is paired with one of theirs, "" if that is no remedy.
    """

    group: Group
    transfer: DataTransfer
    object: str
    source: str
    said: Explanation
    unknown: bool
    mending: Mending | None
    pair: str

    @property
    def key(self) -> str:
        """What the group is called in addresses."""
        return str(self.group.cause)

    @property
    def is_out(self) -> bool:
        return self.group.cause.side is Side.OUT

    @property
    def who(self) -> str:
        return who_words(self.said.who, source=self.source)

    @property
    def may_cut(self) -> bool:
        return self._has(Remedy.CUT) and self.is_out

    @property
    def may_fill(self) -> bool:
        return self._has(Remedy.FILL) and self.is_out

    @property
    def maps(self) -> bool:
        """Whether the field has to be mapped first."""
        return self.mending is not None and self.mending.line is None and self.is_out

    @property
    def listed(self) -> str:
        """The contacts behind it as a list's parameters, for the list and for an export."""
        cause = self.group.cause
        value = f"{SyncState.REFUSED}:{cause.transfer}:{cause.name}"
        said = written_condition(Condition(SYNC, Operator.IS, (value,)))
        return urlencode([("f", said)], safe=":@,")

    def _has(self, remedy: Remedy) -> bool:
        found = self.mending
        return found is not None and found.remedy is remedy and found.line is not None


def shown(project: Project, found: Iterable[Group]) -> list[ShownGroup]:
    """The groups in their order."""
    wanted = list(found)
    transfers = DataTransfer.objects.filter(connection__project=project).select_related(
        "connection__authorization", "connection__project"
    )
    known = transfers.in_bulk([group.cause.transfer for group in wanted])
    said = {each.connection_id: InWords(each.connection) for each in known.values()}
    return [
        _shown(project, group, transfer, said[transfer.connection_id])
        for group in wanted
        if (transfer := known.get(group.cause.transfer)) is not None
    ]


def shown_cause(project: Project, text: str) -> ShownGroup | None:
    """The group of an address; None where nothing waits for it any more. Raises Http404."""
    found = groups.group(project, cause_of(text))
    return next(iter(shown(project, [found])), None) if found is not None else None


def cause_of(text: str) -> Cause:
    """Raises Http404 for what names no cause."""
    cause = Cause.parse(text)
    if cause is None:
        raise Http404
    return cause


def who_words(who: Who, *, source: str) -> str:
    """Who can do something about it, as a sentence."""
    return {
        Who.NOBODY: _("Nobody has to do anything: Raccord tries again by itself."),
        Who.USER: _("You can do this yourself."),
        Who.THEIR_ADMINISTRATOR: _("An administrator of %(source)s can do this."),
        Who.OUR_ADMINISTRATOR: _("Whoever looks after Raccord can do this."),
    }[who] % {"source": source}


def _shown(project: Project, group: Group, transfer: DataTransfer, words: InWords) -> ShownGroup:
    source = transfer.connection.source
    mending = remedies.of_group(group)
    pairs = mending is not None and mending.remedy is Remedy.PAIR and mending.line is not None
    return ShownGroup(
        group=group,
        transfer=transfer,
        object=type_label(transfer),
        source=endpoints.source_label(source),
        said=words.of(group.code, group.parameters),
        unknown=not is_known(source, group.code),
        mending=mending,
        pair=_pair(project, group, mending) if pairs and mending else "",
    )


def _pair(project: Project, group: Group, mending: Mending) -> str:
    """Their own words for a value come without it; then the whole table is shown."""
    found = value_choices.address_for(
        project, [group.cause.transfer], reason=group.code, parameters=group.parameters
    )
    line = mending.line
    if found or line is None:
        return found
    remote = describing.stored_description(line.transfer)
    theirs = remote.fields.get(line.remote_field) if remote is not None else None
    if theirs is None or not has_table(line.field.spec().type, theirs.type):
        return ""
    return reverse("value-choices", args=[project.slug, line.pk])


def of_run(run: Replay) -> Explanation:
    """What the records were refused for that a run tries again."""
    return InWords(run.transfer.connection).of(run.code, run.parameters)
