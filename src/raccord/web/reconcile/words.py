"""What a comparison calls what it found: groups, rules and outcomes in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raccord.engine.reconcile import Result, Why
from raccord.sync.reconcile.findings import Scope
from raccord.sync.reconcile.models import Cause, Phase

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """title: what the group is. meaning: why it is so, and what follows."""

    title: Text
    meaning: Text


GROUPS: Mapping[tuple[str, str], Words] = {
    (Result.DRIFTED, ""): Words(
        _("Different without a rule"),
        _(
            "Something changed that Raccord was never told of, such as a formula field. A repair "
            "compares both sides again, field by field, by your rules."
        ),
    ),
    (Result.GONE, ""): Words(
        _("Gone there"), _("The linked record is gone, and Raccord was never told.")
    ),
    (Result.GONE, Why.DELETED_THERE): Words(
        _("Deleted there without a word"),
        _(
            "The linked record was deleted there, and Raccord was never told. After a repair the "
            "contact is treated like that of any deleted record."
        ),
    ),
    (Result.GONE, Why.MERGED_THERE): Words(
        _("Merged there without a word"),
        _(
            "The linked record was merged into another, and Raccord was never told. A repair "
            "follows it."
        ),
    ),
    (Result.GONE, Why.CONVERTED_THERE): Words(
        _("Converted there without a word"),
        _(
            "The linked record was converted into another one, and Raccord was never told. A "
            "repair follows it."
        ),
    ),
    (Result.ONLY_HERE, ""): Words(
        _("Only here"),
        _("These contacts should have a record there and have none. A repair looks for it first."),
    ),
    (Result.ONLY_THERE, ""): Words(
        _("Only there"),
        _("These records should have a contact here and have none. A repair finds or makes it."),
    ),
    (Result.ONLY_THERE, Why.CAME_BACK): Words(
        _("Back from the bin"),
        _("The linked record was restored there, and Raccord was never told. A repair goes on."),
    ),
    (Result.UNDECIDED, ""): Words(
        _("Waiting for a decision"),
        _("Both sides changed something, or Raccord cannot tell who somebody is."),
    ),
    (Result.HELD, ""): Words(
        _("Held back or refused"),
        _("The integration's page lists them by their reasons, with what to do about each."),
    ),
    (Result.NOT_VISIBLE, ""): Words(
        _("Not visible there"),
        _(
            "Raccord's user there is not shown these records. That is no proof that they are gone, "
            "so nothing is done about it. Check what that user may see."
        ),
    ),
    (Result.WAITING, ""): Words(
        _("On their way"), _("Something changed, and is about to be compared and sent.")
    ),
    (Result.WAITING, Why.MOVING): Words(
        _("Moving just now"), _("They were changed while they were being compared.")
    ),
    (Result.SETTLED, ""): Words(
        _("Allowed by a rule"), _("Both sides differ, and a rule says that they may.")
    ),
    (Result.SETTLED, Why.CUT): Words(
        _("Cut or rounded there"),
        _("The field there holds fewer characters or decimal places than yours."),
    ),
    (Result.SETTLED, Why.LEFT_OUT): Words(
        _("Values that stay on their side"),
        _("The field mapping leaves these values out: they are neither sent nor taken."),
    ),
    (Result.SETTLED, Why.REWRITTEN): Words(
        _("Rewritten there"),
        _("What Raccord sent was taken and then put differently by an automation there."),
    ),
    (Result.SETTLED, Why.OUTBOUND_ONLY): Words(
        _("The field only flows there"),
        _("Somebody changed the value there. It stays there until the contact changes here."),
    ),
    (Result.SETTLED, Why.INBOUND_ONLY): Words(
        _("The field only flows here"),
        _("The value here is another one. It stays until the record changes there."),
    ),
    (Result.SETTLED, Why.NOTHING_TO_SAY): Words(
        _("Nothing there says the same"), _("The field there has no value that means the same.")
    ),
    (Result.SETTLED, Why.CONSENT): Words(
        _("Consents that stay as they are"),
        _("An unknown consent is never sent, and a “no” is never loosened without proof."),
    ),
    (Result.SETTLED, Why.DELETED_HERE): Words(
        _("Deleted here only"),
        _("By your rules, or because somebody said so, the record there stays."),
    ),
    (Result.SETTLED, Why.DELETED_THERE): Words(
        _("Deleted there only"), _("The record was deleted there; the contact stays here.")
    ),
    (Result.SETTLED, Why.CONVERTED_THERE): Words(
        _("Converted there"), _("What these records became stands for these people now.")
    ),
    (Result.SETTLED, Why.UNLINKED): Words(
        _("No longer linked"), _("They were linked once, and are not any more.")
    ),
    (Result.SETTLED, Why.ELSEWHERE): Words(
        _("Kept in another data type"), _("One person has one record for each connection.")
    ),
    (Result.SETTLED, Why.NOT_CREATED): Words(
        _("Not to be created there"),
        _("By your settings or update types, a contact without a record does not get one."),
    ),
    (Result.SETTLED, Why.KEPT_APART): Words(
        _("Kept apart"), _("Somebody decided that these records are none of your contacts.")
    ),
    (Result.SETTLED, Why.IGNORED): Words(
        _("Records that nobody asked for"),
        _("By your settings, people who are only there are ignored. Only their number is known."),
    ),
    (Result.SETTLED, Why.NOBODY_HERE): Words(
        _("Known only there"),
        _("No contact matches these records, and by your settings none is made of them."),
    ),
}

SCOPES: Mapping[str, Text] = {
    Scope.PAIRS: _("Linked pairs"),
    Scope.HERE: _("Contacts without a record"),
    Scope.THERE: _("Records without a contact"),
}

OUTCOMES: Mapping[str, Text] = {
    Result.EQUAL: _("equal now"),
    Result.SETTLED: _("settled by a rule"),
    Result.WAITING: _("still on its way"),
    Result.UNDECIDED: _("waits for a decision"),
    Result.HELD: _("waits for a person"),
    Result.NOT_VISIBLE: _("not visible"),
    Result.DRIFTED: _("still different"),
    Result.GONE: _("still gone"),
    Result.ONLY_HERE: _("still only here"),
    Result.ONLY_THERE: _("still only there"),
}

CAUSES: Mapping[str, Text] = {
    Cause.PERSON: _("started by a person"),
    Cause.TIMETABLE: _("by the timetable"),
    Cause.GAP: _("by itself, after a long time without reading changes"),
    Cause.COMMAND: _("by the command"),
}

PHASES: Mapping[str, Text] = {
    Phase.PAIRS: _("The linked pairs are being compared."),
    Phase.HERE: _("Contacts without a record are being looked for."),
    Phase.THERE: _("Records without a contact are being looked for."),
    Phase.REPAIR: _("The repair is being asked for."),
    Phase.PROOF: _("What was repaired is being compared again."),
}


def group(result: str, why: str) -> Words:
    """What a group is called; a reason that has no words of its own is as its result."""
    return GROUPS.get((result, why)) or GROUPS[result, ""]
