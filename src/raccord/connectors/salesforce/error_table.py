"""Code by code: what happens next, the sentence for people, and what they can do about it.

Used by `errors.py`. The order follows the taxonomy; one line of a table is one code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from raccord.engine.errors import (
    AuthorizationLost,
    DuplicateBlocked,
    Failure,
    MatchAmbiguous,
    PermissionMissing,
    QuotaExhausted,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
    Who,
    sentence,
    who_acts,
)
from raccord.engine.remedies import Remedy


class Entry(NamedTuple):
    """kind: the failure to give. text, advice: marked for the translation catalogue. who: acts on
    it, where that is not who usually does on a failure of this kind. remedy: what the mapping can.
    """

    kind: type[Failure]
    text: str
    advice: str
    who: Who | None = None
    remedy: Remedy | None = None


_WAIT = sentence("Raccord tries again by itself.")
_ASK_ADMIN = sentence("Ask a Salesforce administrator to change this, then send the record again.")
_TELL_US = sentence("Tell whoever looks after Raccord, and send the technical detail along.")
_THEIRS, _OURS = Who.THEIR_ADMINISTRATOR, Who.OUR_ADMINISTRATOR
_CORRECT = sentence("Correct the contact; it is sent again as soon as it is saved.")

TABLE: Mapping[str, Entry] = {
    # The batch is tried again.
    "SERVER_UNAVAILABLE": Entry(Transient, sentence("Salesforce is briefly unavailable."), _WAIT),
    "UNKNOWN_EXCEPTION": Entry(Transient, sentence("Salesforce had an internal error."), _WAIT),
    "QUERY_TIMEOUT": Entry(Transient, sentence("A query took Salesforce too long."), _WAIT),
    "INVALID_QUERY_LOCATOR": Entry(
        Transient, sentence("Salesforce forgot the query while it was being read."), _WAIT
    ),
    "TXN_SECURITY_METERING_ERROR": Entry(
        Transient, sentence("A security policy of the org took too long to decide."), _WAIT
    ),
    # The connection waits.
    "REQUEST_LIMIT_EXCEEDED": Entry(
        QuotaExhausted,
        sentence("The org has used up its API calls of the last 24 hours."),
        sentence("Raccord goes on when calls are free again. Look for what else uses them up."),
    ),
    # The record is tried again, alone.
    "UNABLE_TO_LOCK_ROW": Entry(
        RowBusy, sentence("Somebody else was saving this record or its account."), _WAIT
    ),
    "LIMIT_EXCEEDED": Entry(
        RowBusy, sentence("The org's own automation ran into a limit of Salesforce."), _WAIT
    ),
    "PROCESSING_HALTED": Entry(
        RowBusy, sentence("Salesforce stopped because of another record of the call."), _WAIT
    ),
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": Entry(
        RowBusy, sentence("Salesforce undid this record because of another one."), _WAIT
    ),
    "BATCH_PROCESSING_HALTED": Entry(
        RowBusy, sentence("Salesforce stopped because of another record of the call."), _WAIT
    ),
    # A person authorizes again.
    "INVALID_SESSION_ID": Entry(
        AuthorizationLost,
        sentence("Salesforce no longer accepts this authorization."),
        sentence("Authorize access again. Nothing that was waiting is lost."),
    ),
    "INVALID_AUTH_HEADER": Entry(
        AuthorizationLost,
        sentence("Salesforce does not understand this authorization."),
        sentence("Authorize access again. Nothing that was waiting is lost."),
    ),
    # An administrator over there acts.
    "API_DISABLED_FOR_ORG": Entry(
        PermissionMissing,
        sentence("This Salesforce edition or this user may not use the API."),
        sentence("Ask a Salesforce administrator for the permission “API Enabled”."),
    ),
    "API_CURRENTLY_DISABLED": Entry(
        PermissionMissing,
        sentence("The API of this org is switched off at the moment."),
        sentence("Ask a Salesforce administrator to switch it on."),
    ),
    "INSUFFICIENT_ACCESS": Entry(
        PermissionMissing,
        sentence("The authorized user may not do this in Salesforce."),
        sentence("Ask a Salesforce administrator to extend the user's permission set."),
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": Entry(
        PermissionMissing,
        sentence("The authorized user may not write these fields: %(fields)s."),
        sentence("Ask a Salesforce administrator for write access, or unmap the fields."),
    ),
    "STORAGE_LIMIT_EXCEEDED": Entry(
        PermissionMissing,
        sentence("The org's data storage is full."),
        sentence("Ask a Salesforce administrator to free or add storage."),
    ),
    "UNSUPPORTED_API_VERSION": Entry(
        PermissionMissing,
        sentence("The org does not offer the API version that Raccord speaks."),
        sentence("Update Raccord."),
        _OURS,
    ),
    # A mapping no longer fits.
    "INVALID_FIELD": Entry(
        SchemaChanged,
        sentence("A mapped field does not exist, or is hidden from our user: %(fields)s."),
        sentence("Ask a Salesforce administrator to make it visible, or map another field."),
    ),
    "FIELD_NOT_READABLE": Entry(
        SchemaChanged,
        sentence("A mapped field cannot be read: %(fields)s."),
        sentence("Ask a Salesforce administrator to make it visible, or map another field."),
    ),
    "INVALID_TYPE": Entry(
        SchemaChanged,
        sentence("A mapped object does not exist, or is hidden from our user."),
        sentence("Ask a Salesforce administrator for access to the object."),
    ),
    "NOT_FOUND": Entry(
        SchemaChanged,
        sentence("An object or field that is needed is not there, or hidden from our user."),
        sentence("Check the connection: the permission set or the plug-in may be missing."),
    ),
    # The record is parked.
    "REQUIRED_FIELD_MISSING": Entry(
        RecordRejected,
        sentence("Salesforce requires a value that is missing: %(fields)s."),
        sentence("Fill in the field on the contact, or map one that is always filled."),
        remedy=Remedy.FILL,
    ),
    "STRING_TOO_LONG": Entry(
        RecordRejected,
        sentence("A value is longer than Salesforce allows: %(fields)s."),
        sentence("Shorten the value, or have the field made longer in Salesforce."),
        remedy=Remedy.CUT,
    ),
    "INVALID_EMAIL_ADDRESS": Entry(
        RecordRejected, sentence("Salesforce refuses the e-mail address."), _CORRECT
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Entry(
        RecordRejected,
        sentence("A value is not in Salesforce's list of allowed values: %(fields)s."),
        sentence("Use an allowed value, or have this one added to the list in Salesforce."),
        remedy=Remedy.PAIR,
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Entry(
        RecordRejected,
        sentence("A validation rule of the org refuses the record: %(message)s"),
        sentence("Correct the contact, or ask a Salesforce administrator about the rule."),
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Entry(
        RecordRejected,
        sentence("An automation of the org (trigger or flow) failed on this record."),
        sentence("Show the technical detail to a Salesforce administrator."),
        _THEIRS,
    ),
    "NUMBER_OUTSIDE_VALID_RANGE": Entry(
        RecordRejected,
        sentence("A number is too large or too small for Salesforce: %(fields)s."),
        _CORRECT,
    ),
    "INVALID_TYPE_ON_FIELD_IN_RECORD": Entry(
        RecordRejected,
        sentence("A value does not fit the type of its field: %(fields)s."),
        sentence("Check the field mapping: the type may have changed in Salesforce."),
    ),
    "JSON_PARSER_ERROR": Entry(
        RecordRejected,
        sentence("A value does not fit the type of its field in Salesforce."),
        sentence("Check the field mapping: a type may have changed in Salesforce."),
    ),
    "VALUE_NOT_REPRESENTABLE": Entry(
        RecordRejected,
        sentence("Salesforce has no way to store this value: %(fields)s."),
        sentence("Correct the value: a choice may not contain a semicolon."),
    ),
    "FIELD_INTEGRITY_EXCEPTION": Entry(
        RecordRejected, sentence("Values do not fit one another: %(fields)s."), _CORRECT
    ),
    "FIELD_FILTER_VALIDATION_EXCEPTION": Entry(
        RecordRejected,
        sentence("A look-up filter of the org refuses the record."),
        _ASK_ADMIN,
        _THEIRS,
    ),
    "MISSING_ARGUMENT": Entry(
        RecordRejected,
        sentence("Salesforce needs a key that the record does not have."),
        _CORRECT,
    ),
    "INVALID_CROSS_REFERENCE_KEY": Entry(
        RecordRejected,
        sentence("A record that is referred to does not exist in Salesforce: %(fields)s."),
        sentence("Correct the reference, or unlink the contact if its counterpart is gone."),
    ),
    "MALFORMED_ID": Entry(
        RecordRejected, sentence("An id is not one of Salesforce's: %(fields)s."), _CORRECT
    ),
    "INSUFFICIENT_ACCESS_OR_READONLY": Entry(
        RecordRejected,
        sentence("The authorized user may not change this record."),
        _ASK_ADMIN,
        _THEIRS,
    ),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": Entry(
        RecordRejected,
        sentence("The authorized user may not use a record that this one refers to."),
        _ASK_ADMIN,
        _THEIRS,
    ),
    "INACTIVE_OWNER_OR_USER": Entry(
        RecordRejected,
        sentence("The record's owner in Salesforce is inactive."),
        _ASK_ADMIN,
        _THEIRS,
    ),
    "ENTITY_IS_LOCKED": Entry(
        RecordRejected,
        sentence("The record is locked in Salesforce, usually by an approval."),
        sentence("Send it again when the approval is finished."),
    ),
    "DELETE_FAILED": Entry(
        RecordRejected,
        sentence("Salesforce does not let this record be deleted."),
        _ASK_ADMIN,
        _THEIRS,
    ),
    # A duplicate, or too many candidates.
    "DUPLICATE_VALUE": Entry(
        DuplicateBlocked,
        sentence("Another Salesforce record already has this unique value."),
        sentence("Link the contact to that record, or merge the two in Salesforce."),
    ),
    "DUPLICATES_DETECTED": Entry(
        DuplicateBlocked,
        sentence("A duplicate rule of the org says that this person exists already."),
        sentence("Link the contact to the existing record, or change the rule."),
    ),
    "DUPLICATE_EXTERNAL_ID": Entry(
        MatchAmbiguous,
        sentence("Several Salesforce records carry this contact's identity."),
        sentence("Clear the Raccord id on the copies in Salesforce."),
        _THEIRS,
    ),
    # What Raccord asks for is never so: a fault of its own.
    "MALFORMED_QUERY": Entry(
        Failure, sentence("Salesforce did not understand a query of Raccord's."), _TELL_US
    ),
    "METHOD_NOT_ALLOWED": Entry(
        Failure, sentence("Salesforce does not know a call that Raccord made."), _TELL_US
    ),
    "UNSUPPORTED_MEDIA_TYPE": Entry(
        Failure, sentence("Salesforce does not know the form in which Raccord sent data."), _TELL_US
    ),
    "OPERATION_TOO_LARGE": Entry(
        Failure, sentence("Raccord asked Salesforce for more than one query may read."), _TELL_US
    ),
    "EXCEEDED_ID_LIMIT": Entry(
        Failure,
        sentence("More records changed than Salesforce names in one answer."),
        sentence("Compare both sides; that reads every record once more."),
        Who.USER,
    ),
    "INVALID_REPLICATION_DATE": Entry(
        Failure,
        sentence("Salesforce no longer knows what changed so long ago."),
        sentence("Compare both sides; that reads every record once more."),
        Who.USER,
    ),
    # The counterpart is gone.
    "ENTITY_IS_DELETED": Entry(
        RemoteGone,
        sentence("The record was deleted in Salesforce."),
        sentence("Decide whether the contact stays without a counterpart."),
        Who.USER,
    ),
    "CANNOT_UPDATE_CONVERTED_LEAD": Entry(
        RemoteGone,
        sentence("The lead was converted and can no longer change."),
        sentence("Raccord follows it to the contact that it became."),
    ),
}

# What other modules of this folder say in the same words.
_OTHER_SENTENCES: Mapping[str, tuple[str, str]] = {
    "CONCURRENT_REQUESTS": (sentence("The org has too many long requests at once."), _WAIT),
    "SERVER_ERROR": (sentence("Salesforce, or the way to it, had a brief problem."), _WAIT),
    "UNKNOWN_CODE": (
        sentence("Salesforce refused, for a reason that Raccord does not know."),
        sentence("Show the technical detail to a Salesforce administrator."),
    ),
    "MALFORMED_ANSWER": (sentence("Salesforce's answer could not be understood."), _WAIT),
    "FIELD_NOT_SEARCHABLE": (
        sentence("Salesforce cannot search records by this field: %(fields)s."),
        sentence("Match contacts by another field."),
    ),
}

# The last line is for codes that no table knows: new ones, and those of installed packages.
SENTENCES: Mapping[str, tuple[str, str]] = {
    **{f"salesforce.{code}": (entry.text, entry.advice) for code, entry in TABLE.items()},
    **{f"salesforce.{code}": sentences for code, sentences in _OTHER_SENTENCES.items()},
    "salesforce": (
        sentence("Salesforce refused the record."),
        sentence("Show the technical detail to a Salesforce administrator."),
    ),
}

WHO: Mapping[str, Who] = {
    **{f"salesforce.{code}": entry.who or who_acts(entry.kind) for code, entry in TABLE.items()},
    "salesforce.CONCURRENT_REQUESTS": Who.NOBODY,
    "salesforce.SERVER_ERROR": Who.NOBODY,
    "salesforce.UNKNOWN_CODE": _THEIRS,
    "salesforce.MALFORMED_ANSWER": Who.NOBODY,
    "salesforce.FIELD_NOT_SEARCHABLE": Who.USER,
    "salesforce": _THEIRS,
}

REMEDIES: Mapping[str, Remedy] = {
    f"salesforce.{code}": entry.remedy for code, entry in TABLE.items() if entry.remedy
}
