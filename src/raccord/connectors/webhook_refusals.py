"""Why a message to our webhook is not taken: each code with its HTTP status and its words.

The status tells a sender what to do: with 400, 413 and 422 the message will never be taken; with
401, 404 and 410 somebody has to act, so it waits; everything else it sends again. Codes and
statuses are part of the contract (docs/reference/webhook.md): they may be added to, not changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

NOT_A_POST = "webhook.not_a_post"
NO_SUCH_ADDRESS = "webhook.no_such_address"
CLOSED = "webhook.closed"
LENGTH_MISSING = "webhook.length_missing"
INCOMPLETE = "webhook.incomplete"
TOO_LARGE = "webhook.too_large"
TOO_MANY_EVENTS = "webhook.too_many_events"
SIGNATURE_MISSING = "webhook.signature_missing"
SIGNATURE_WRONG = "webhook.signature_wrong"
CLOCK_OFF = "webhook.clock_off"
UNKNOWN_ENCODING = "webhook.unknown_encoding"
NOT_GZIP = "webhook.not_gzip"
NOT_JSON = "webhook.not_json"
NOT_AN_OBJECT = "webhook.not_an_object"
NO_SENT_AT = "webhook.no_sent_at"
NO_NONCE = "webhook.no_nonce"
UNUSABLE_VERSION = "webhook.unusable_version"
UNUSABLE_EVENTS = "webhook.unusable_events"
UNAVAILABLE = "webhook.unavailable"
FAILED = "webhook.failed"

# Of one event: the others of its message are taken.
EVENT_MALFORMED = "webhook.event_malformed"
EVENT_ID = "webhook.event_id"
EVENT_OBJECT = "webhook.event_object"
EVENT_RECORD = "webhook.event_record"
EVENT_INTO = "webhook.event_into"
EVENT_KIND = "webhook.event_kind"

STATUSES: Mapping[str, int] = {
    NOT_A_POST: 405,
    NO_SUCH_ADDRESS: 404,
    CLOSED: 410,
    LENGTH_MISSING: 411,
    INCOMPLETE: 408,
    TOO_LARGE: 413,
    TOO_MANY_EVENTS: 413,
    SIGNATURE_MISSING: 401,
    SIGNATURE_WRONG: 401,
    CLOCK_OFF: 401,
    UNKNOWN_ENCODING: 400,
    NOT_GZIP: 400,
    NOT_JSON: 400,
    NOT_AN_OBJECT: 400,
    NO_SENT_AT: 400,
    NO_NONCE: 400,
    UNUSABLE_VERSION: 422,
    UNUSABLE_EVENTS: 422,
    UNAVAILABLE: 503,
    FAILED: 500,
}

_SENDER = sentence(
    "Tell whoever looks after the sender: its messages do not keep to what was agreed."
)

SENTENCES: Mapping[str, tuple[str, str]] = {
    NOT_A_POST: (
        sentence("Messages are sent to this address by POST."),
        sentence("Nothing is to be done: somebody opened the address in a browser."),
    ),
    NO_SUCH_ADDRESS: (
        sentence("There is no such address here."),
        sentence("Copy the address anew from the connection's page."),
    ),
    CLOSED: (
        sentence("This address was closed: nothing is taken there."),
        sentence("Open it again on the connection's page."),
    ),
    LENGTH_MISSING: (
        sentence("The message does not say how long it is."),
        sentence("Let the sender, or the proxy before Raccord, send a Content-Length."),
    ),
    INCOMPLETE: (
        sentence("The message ended before its stated length."),
        sentence("The sender repeats it by itself."),
    ),
    TOO_LARGE: (
        sentence("The message is larger than 1 MB."),
        sentence("Let the sender put fewer events into one message."),
    ),
    TOO_MANY_EVENTS: (
        sentence("The message holds more than 20,000 events."),
        sentence("Let the sender put fewer events into one message."),
    ),
    SIGNATURE_MISSING: (
        sentence("The message was not signed."),
        sentence("Enter the signing secret on the other side."),
    ),
    SIGNATURE_WRONG: (
        sentence("The message was signed with another secret."),
        sentence("Make a new secret on the connection's page, and enter it on the other side."),
    ),
    CLOCK_OFF: (
        sentence("The message was signed more than five minutes ago, or in the future."),
        sentence("Compare the clocks of both sides: one of them is wrong."),
    ),
    UNKNOWN_ENCODING: (
        sentence("The message was packed in an unknown way."),
        sentence("Let the sender pack with gzip, or not at all."),
    ),
    NOT_GZIP: (sentence("The message could not be unpacked."), _SENDER),
    NOT_JSON: (sentence("The message is not JSON in UTF-8."), _SENDER),
    NOT_AN_OBJECT: (sentence("The message is not a JSON object."), _SENDER),
    NO_SENT_AT: (
        sentence("The message does not say when it was sent, with a time zone."),
        _SENDER,
    ),
    NO_NONCE: (sentence("The message has no nonce of 1 to 128 characters."), _SENDER),
    UNUSABLE_VERSION: (sentence("The message states no version of the contract."), _SENDER),
    UNUSABLE_EVENTS: (sentence("The message holds no list of events."), _SENDER),
    UNAVAILABLE: (
        sentence("Raccord cannot store the message at the moment."),
        sentence("The sender repeats it by itself."),
    ),
    FAILED: (
        sentence("Raccord made a mistake over this message."),
        sentence("The sender repeats it by itself; the log says more."),
    ),
    EVENT_MALFORMED: (sentence("An event is not a JSON object."), _SENDER),
    EVENT_ID: (
        sentence("An event has no id of 1 to 64 printable ASCII characters."),
        _SENDER,
    ),
    EVENT_OBJECT: (sentence("An event names no data type."), _SENDER),
    EVENT_RECORD: (sentence("An event names no record."), _SENDER),
    EVENT_INTO: (sentence("An event names no usable record that its record became."), _SENDER),
    EVENT_KIND: (sentence("An event does not say what happened."), _SENDER),
}
