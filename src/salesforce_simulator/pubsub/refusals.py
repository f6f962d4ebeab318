"""What a call of the Pub/Sub API can be refused with.

A refusal is a gRPC status; the trailers `error-code` and `rpc-id` say more. Source: Pub/Sub API,
Handle Errors. Codes marked (?) are worded after their neighbours there, not read there.
"""

import grpc

_CODE = "sfdc.platform.eventbus.grpc"
_SHOWN = 200


class PubSubError(Exception):
    """A refused call: gRPC status, the platform's own code, and a text for people."""

    def __init__(self, status: grpc.StatusCode, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = f"{_CODE}.{code}"
        self.text = text


def not_signed_in() -> PubSubError:
    return PubSubError(
        grpc.StatusCode.UNAUTHENTICATED,
        "service.auth.error",
        "An authentication exception occurred. Provide valid authentication via metadata headers.",
    )


def headers_invalid(name: str) -> PubSubError:
    """A header is missing or makes no sense (?)."""
    return PubSubError(
        grpc.StatusCode.UNAUTHENTICATED,
        "service.auth.headers.invalid",
        f"The metadata header {name} is missing or invalid.",
    )


def unavailable() -> PubSubError:
    return PubSubError(
        grpc.StatusCode.UNAVAILABLE,
        "service.unavailable",
        "The service is unavailable. Try again later.",
    )


def no_such_topic(name: str) -> PubSubError:
    """The org has no such topic (?)."""
    return PubSubError(
        grpc.StatusCode.NOT_FOUND,
        "topic.not.found",
        f"The topic {_short(name)} can't be found. Ensure that the topic name is valid.",
    )


def topic_missing() -> PubSubError:
    """The first request names no topic (?)."""
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT, "topic.invalid", "The topic name can't be empty."
    )


def topic_changed() -> PubSubError:
    """A later request of a stream names another topic than the first (?)."""
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "topic.mismatch",
        "The topic name must be the same in all requests of a stream.",
    )


def no_such_schema(schema_id: str) -> PubSubError:
    """No event has a schema of this id (?)."""
    return PubSubError(
        grpc.StatusCode.NOT_FOUND,
        "schema.not.found",
        f"The schema {_short(schema_id)} can't be found. Ensure that the schema ID is valid.",
    )


def count_invalid() -> PubSubError:
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.requested.events.invalid",
        "The number of requested events must be greater than zero.",
    )


def replay_id_missing() -> PubSubError:
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.replayid.validation.failed",
        "The replay_id field is required with the replay preset CUSTOM, and only with it.",
    )


def replay_id_corrupted() -> PubSubError:
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.replayid.corrupted",
        "The Replay ID validation failed. Ensure that the replay_id field value in FetchRequest "
        "is valid and refers to an event that is within the retention window.",
    )


def preset_invalid() -> PubSubError:
    """The replay preset is none of the three (?)."""
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.replaypreset.invalid",
        "The replay_preset field must be LATEST, EARLIEST or CUSTOM.",
    )


def cannot_publish(topic: str) -> PubSubError:
    """Nobody but the org itself publishes on the topic (?)."""
    return PubSubError(
        grpc.StatusCode.PERMISSION_DENIED,
        "publish.permission.denied",
        f"Publishing is not allowed on the topic {_short(topic)}.",
    )


def nothing_to_publish() -> PubSubError:
    """A request to publish has no event (?)."""
    return PubSubError(
        grpc.StatusCode.INVALID_ARGUMENT, "publish.events.empty", "There is no event to publish."
    )


def _short(name: str) -> str:
    """Return as much of a client's text as the trailers of an answer hold."""
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
