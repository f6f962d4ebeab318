"""Why a field was written, or not, in words: one sentence for each row of the engine's tables.

The rows are those of `merge`, `consent`, `creation`, `explain` and of a person's decision, as they
stand in `records.Decision.reason`. Some mean another thing to each side; their sentences have the
outcome behind a colon. ``%(source)s`` stands for the connection's name. A reason that is a
failure's code has its sentences in the catalogues of failures.
"""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence
from raccord.engine.merge import Step

_WAY = "_not_our_way"
_SAID = "_nothing_to_say"
_TO_THEM, _TO_US = f":{Step.TO_THEM}", f":{Step.TO_US}"

REASONS: Mapping[str, str] = {
    # both sides hold something, and nothing has to be done
    "equal": sentence("Both sides hold the same."),
    "neither_changed": sentence("Neither side changed it since the two last agreed."),
    # the first meeting of two records, or of two fields
    f"first_link_value_beats_blank{_TO_THEM}": sentence(
        "At the first comparison it was empty in %(source)s, so the value from here was sent."
    ),
    f"first_link_value_beats_blank{_TO_US}": sentence(
        "At the first comparison it was empty here, so the value of %(source)s was taken."
    ),
    "first_link_value_beats_blank": sentence(
        "At the first comparison only one side had a value, and the field’s direction does not let "
        "it pass."
    ),
    "first_link_theirs": sentence(
        "At the first comparison both sides had a value; for that, %(source)s wins."
    ),
    "first_link_ours": sentence(
        "At the first comparison both sides had a value; for that, Raccord wins."
    ),
    f"first_link_newest{_TO_THEM}": sentence(
        "At the first comparison both sides had a value; the one from here was newer."
    ),
    f"first_link_newest{_TO_US}": sentence(
        "At the first comparison both sides had a value; the one of %(source)s was newer."
    ),
    "first_link_newest": sentence(
        "At the first comparison both sides had a value, and nothing proves which one is newer."
    ),
    "first_link_ask": sentence(
        "At the first comparison both sides had a value; for that, a person decides."
    ),
    # one side changed
    "only_ours_changed": sentence("Only changed here."),
    "only_theirs_changed": sentence("Only changed in %(source)s."),
    "outbound_ours_changed": sentence("Changed here, and this field is only sent."),
    "outbound_only_theirs_changed": sentence(
        "Changed in %(source)s, and this field is only sent: nothing is taken from there."
    ),
    "inbound_theirs_changed": sentence(
        "Changed in %(source)s, and this field comes from there only."
    ),
    "inbound_only_ours_changed": sentence(
        "Changed here, and this field comes from %(source)s only: nothing is sent."
    ),
    # both sides changed
    f"both_changed_newest{_TO_THEM}": sentence(
        "Changed on both sides. Newest change wins: the one from here was newer."
    ),
    f"both_changed_newest{_TO_US}": sentence(
        "Changed on both sides. Newest change wins: the one of %(source)s was newer."
    ),
    "both_changed_newest": sentence(
        "Changed on both sides. Newest change wins, but nothing proves which one was newer."
    ),
    "both_changed_theirs": sentence("Changed on both sides. The rule: %(source)s wins."),
    f"both_changed_theirs_unless_blank{_TO_THEM}": sentence(
        "Changed on both sides. The rule: %(source)s wins unless blank, and it was blank there."
    ),
    "both_changed_theirs_unless_blank": sentence(
        "Changed on both sides. The rule: %(source)s wins unless blank."
    ),
    "both_changed_ours": sentence("Changed on both sides. The rule: Raccord wins."),
    "both_changed_ask": sentence("Changed on both sides. The rule: ask me."),
    # consent
    "consent.both_no": sentence("Both sides say no."),
    "consent.their_no": sentence("A “no” in %(source)s always counts."),
    "consent.yes_before_their_no": sentence(
        "The “no” in %(source)s came to light after the “yes” here: until a person decides, the "
        "“no” holds."
    ),
    "consent.yes_after_their_no": sentence(
        "A person said yes, knowing of the “no” in %(source)s; there is proof of it."
    ),
    "consent.our_no": sentence("A “no” from here is always sent."),
    "consent.our_no_known": sentence("%(source)s knows of the “no” from here."),
    "consent.lifted_there": sentence(
        "A person took the “no” back in %(source)s, and this connection lets that count."
    ),
    "consent.lifted_there_unproven": sentence(
        "The “no” was taken back in %(source)s; only a person may let that count."
    ),
    "consent.our_yes": sentence("A “yes” from here, which %(source)s did not know of."),
    "consent.our_yes_known": sentence("%(source)s knows of the “yes” from here."),
    "consent.our_yes_not_our_way": sentence(
        "This consent comes from %(source)s only: a “yes” from here is not sent."
    ),
    "consent.unknown": sentence("Nobody has said anything about it, so nothing is sent or taken."),
    "consent.unknown_and_their_yes": sentence(
        "Nothing was known here, and a person said yes in %(source)s."
    ),
    "consent.nothing_to_say": sentence("There was nothing that %(source)s could be told about it."),
    # a record that is made over there
    "created": sentence("Part of the new record in %(source)s."),
    "inbound_only": sentence("This field comes from %(source)s only."),
    "not_createable": sentence("%(source)s does not let it be set in a new record."),
    "empty": sentence("There was nothing to send."),
    # what became of a value that had departed
    "taken": sentence("A later look shows it in %(source)s."),
    "rewritten": sentence("%(source)s stored it otherwise than it was sent."),
    "not_arrived": sentence("A later look shows that it did not reach %(source)s."),
    "changed_there": sentence("It was changed again in %(source)s since it was sent."),
    # a person's decision
    "decided_ours": sentence("A person chose the value from here."),
    "decided_theirs": sentence("A person chose the value of %(source)s."),
    "decided_other": sentence("A person chose another value, for both sides."),
}

DELETIONS: Mapping[str, str] = {
    "deleted": sentence("The contact was deleted here."),
    "deleted_never_linked": sentence("The contact was deleted here before it had a counterpart."),
    "deleted_not_ticked": sentence("The contact was deleted here, and deletions are not sent."),
    "deleted_on_both_sides": sentence("The record was deleted on both sides."),
    "deleted_not_told": sentence("The contact is deleted here, and nobody asked to tell of it."),
    "deleted_confirmed": sentence("The contact was deleted here, and a person confirmed it."),
    "deleted_record_kept": sentence(
        "The contact was deleted here; a person decided that %(source)s keeps its record."
    ),
    "deleted_unlinked": sentence(
        "The contact was deleted here. The rule: forget that the two belonged together."
    ),
    "deleted_here_converted_there": sentence(
        "The contact was deleted here, and its record was converted in %(source)s."
    ),
    "deleted_there": sentence("The record was deleted in %(source)s; the contact stays."),
    "deleted_there_unlinked": sentence(
        "The record was deleted in %(source)s. The rule: forget that the two belonged together."
    ),
    "converted": sentence("The record was converted in %(source)s, and the pair goes on with it."),
    "merged_left": sentence(
        "The record was merged in %(source)s; a person decided to leave the contacts as they are."
    ),
    "let_go": sentence("The two no longer belong together."),
}
_NOT_OUR_WAY = sentence("At the first comparison the field’s direction left both as they were.")
_NOTHING_TO_SAY = sentence("There is nothing that %(source)s could be told about this value.")


def words(reason: str, *, outcome: str = "") -> str:
    """The sentence for a row of a table, in English and with its placeholder; "" for no row.

    outcome: what was decided by it (a `merge.Step`), where that is known.
    """
    known = {**REASONS, **DELETIONS}
    if found := known.get(f"{reason}:{outcome}") or known.get(reason):
        return found
    if reason.endswith(_WAY):
        return _NOT_OUR_WAY
    return _NOTHING_TO_SAY if reason.endswith(_SAID) else ""
