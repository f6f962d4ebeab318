"""What a call can be refused with, as one exception that knows its HTTP answer.

The same refusal is a whole answer for a single record and a row of the answer for a collection.
"""

from typing import Any


class ApiError(Exception):
    """A refusal: `code` and `message` as the API words them; `fields` is absent for errors that
    are not about a record. `extra` is merged into the body's entry."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        fields: list[str] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields
        self.extra = extra or {}
        self.headers = headers or {}

    def body(self) -> list[dict[str, Any]]:
        """The answer of a call about one thing: a list of one error."""
        entry: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = self.fields
        return [entry]

    def row(self) -> dict[str, Any]:
        """The error as one entry of a collection row's `errors`."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


class RecordError(ApiError):
    """A refusal of one record: in a collection it stops only its row."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: list[str] | None = None,
        status: int = 400,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message, status=status, fields=fields or [], extra=extra)


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    return ApiError("NOT_FOUND", message, status=404)


def no_session() -> ApiError:
    headers = {"WWW-Authenticate": "Token"}
    return ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401, headers=headers)


def no_such_key(name: str) -> ApiError:
    message = f"Provided external ID field does not exist or is not accessible: {name}"
    return ApiError("NOT_FOUND", message, status=404)


def entity_is_deleted() -> RecordError:
    return RecordError("ENTITY_IS_DELETED", "entity is deleted", status=404)


def malformed_json(message: str) -> ApiError:
    return ApiError("JSON_PARSER_ERROR", message)
