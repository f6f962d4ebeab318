"""What becomes of a pair when one of the two is deleted, merged or converted. Called by `plan`.

Ours was deleted: the transfer's rule decides, and a person where the rule asks; only an item that
tells of the deletion has it carried over, so that no mere look ever deletes. Theirs was deleted:
the link stays as a tombstone with its base, unless the rule forgets the pair. Merged and converted
records are followed to what they became.
"""

from __future__ import annotations

from raccord.engine.errors import Failure, MatchAmbiguous, RemoteGone
from raccord.engine.records import (
    Action,
    Decision,
    LinkState,
    Operation,
    Plan,
    Record,
    Subject,
    TransferSpec,
)
from raccord.engine.rules import Decided, DeletionRule

DELETED_HERE = "raccord.plan.deleted_here"
DELETED_THERE = "raccord.plan.deleted_there"
ONE_PERSON = "raccord.plan.one_person_there"
REMOTE_GONE = "raccord.plan.remote_gone"
NOT_MADE_AGAIN = "raccord.plan.not_made_again"

_LEFT = (Decided.KEEP_CONTACT, Decided.KEEP_BOTH)


def ours_deleted(subject: Subject, transfer: TransferSpec, link: LinkState) -> Plan:
    """The contact was deleted here."""
    view = subject.view
    if link.remote_id is None:
        action, reason = Action.NOTHING, "deleted_never_linked"
    elif link.gone or (view is not None and view.deleted):
        action, reason = Action.NOTHING, "deleted_on_both_sides"
    elif view is not None and view.converted_into:
        action, reason = Action.UNLINK, "deleted_here_converted_there"
    elif subject.decided is Decided.KEEP_RECORD:
        action, reason = Action.NOTHING, "deleted_record_kept"
    elif subject.decided is Decided.DELETE_RECORD:
        action, reason = Action.DELETE, "deleted_confirmed"
    elif Operation.DELETED not in subject.operations:
        action, reason = Action.NOTHING, "deleted_not_told"
    else:
        return _by_rule(subject, transfer, link)
    return _without_words(subject, action, reason, link)


def theirs_deleted(subject: Subject, transfer: TransferSpec) -> Plan:
    """The record was deleted over there, by whomever; the contact lives."""
    about = {"object": transfer.object}
    left = subject.decided in _LEFT
    if transfer.their_deletion is DeletionRule.UNLINK and not left:
        return _without_words(subject, Action.UNLINK, "deleted_there_unlinked")
    if transfer.their_deletion is DeletionRule.ASK and not left:
        return Plan(subject.contact, Action.PARK, failure=Failure(DELETED_THERE, about))
    if subject.operations:
        # What the contact says since cannot reach anybody: that is said, and waits.
        return Plan(subject.contact, Action.HOLD, failure=RemoteGone(REMOTE_GONE, about))
    return _without_words(subject, Action.NOTHING, "deleted_there")


def ended(view: Record) -> bool:
    """Whether the record stands for the person no longer."""
    return view.deleted or bool(view.merged_into) or view.converted_into is not None


def theirs_ended(subject: Subject, transfer: TransferSpec, view: Record) -> Plan:
    """The linked record was deleted; or another one stands for the person now, with which the
    pair goes on."""
    if not view.merged_into and view.converted_into is None:
        return theirs_deleted(subject, transfer)
    if view.converted_into is not None:
        decision = Decision("", Action.MOVE, "converted")
        return Plan(
            subject.contact,
            Action.MOVE,
            successor=view.converted_into,
            decisions=(decision,),
        )
    if subject.merged_with is not None:
        if subject.decided is Decided.KEEP_BOTH:
            return _without_words(subject, Action.NOTHING, "merged_left")
        return Plan(subject.contact, Action.PARK, failure=one_person(transfer, subject, view))
    failure = RemoteGone(REMOTE_GONE, {"object": transfer.object}, merged_into=view.merged_into)
    return Plan(subject.contact, Action.LOOK_AGAIN, link_to=view.merged_into, failure=failure)


def one_person(transfer: TransferSpec, subject: Subject, view: Record) -> MatchAmbiguous:
    """Two of our contacts belong to what is one record over there by now."""
    found = (view.merged_into,) if view.merged_into else ()
    about = {"object": transfer.object, "other": str(subject.merged_with or "")}
    return MatchAmbiguous(ONE_PERSON, about, candidates=found)


def let_go(subject: Subject, transfer: TransferSpec) -> Plan:
    """Nobody is found for a contact whose pair was forgotten: nobody is made again by itself."""
    if not subject.operations:
        return _without_words(subject, Action.NOTHING, "let_go")
    failure = Failure(NOT_MADE_AGAIN, {"object": transfer.object})
    return Plan(subject.contact, Action.HOLD, failure=failure)


def _by_rule(subject: Subject, transfer: TransferSpec, link: LinkState) -> Plan:
    if transfer.our_deletion is DeletionRule.ASK:
        failure = Failure(DELETED_HERE, {"object": transfer.object})
        return Plan(subject.contact, Action.PARK, failure=failure)
    if Operation.DELETED in transfer.operations:
        return _without_words(subject, Action.DELETE, "deleted", link)
    if transfer.our_deletion is DeletionRule.UNLINK:
        return _without_words(subject, Action.UNLINK, "deleted_unlinked", link)
    return _without_words(subject, Action.NOTHING, "deleted_not_ticked", link)


def _without_words(
    subject: Subject, action: Action, reason: str, link: LinkState | None = None
) -> Plan:
    decision = Decision("", action, reason)
    base = link.base if link else {}
    return Plan(subject.contact, action, base=base, decisions=(decision,))
