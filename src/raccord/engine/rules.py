"""What people choose about pairs: how they come about, and what becomes of a broken one."""

from __future__ import annotations

from enum import StrEnum


class FirstLinkRule(StrEnum):
    """Who wins when two records meet for the first time and both have a value."""

    THEIRS = "theirs"
    OURS = "ours"
    NEWEST = "newest"
    ASK = "ask"


class OnlyThere(StrEnum):
    """What becomes of a record whose person is not known here."""

    CREATE = "create"
    LINK = "link"
    IGNORE = "ignore"


class OnlyHere(StrEnum):
    """What becomes of a contact that has no counterpart; IGNORE does not even look for one."""

    CREATE = "create"
    LINK = "link"
    IGNORE = "ignore"


class DeletionRule(StrEnum):
    """What a deletion on one side does on the other: the counterpart stays, and comes back into
    the merge with what was deleted; it stays, and the pair is forgotten; or a person is asked
    whether it is deleted as well."""

    NOTHING = "nothing"
    UNLINK = "unlink"
    ASK = "ask"


class Decided(StrEnum):
    """What a person said about a pair that a deletion or a merge has broken."""

    NOT_YET = ""
    DELETE_RECORD = "delete_record"
    KEEP_RECORD = "keep_record"
    KEEP_CONTACT = "keep_contact"
    KEEP_BOTH = "keep_both"
