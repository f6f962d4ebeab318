"""How a query is refused: the snippet, a caret under the place, and what is wrong with it."""

from salesforce_simulator.errors import ApiError

_HINT = "Please reference your WSDL or the describe call for the appropriate names."


def malformed(message: str) -> ApiError:
    return ApiError("MALFORMED_QUERY", message)


def unexpected(token: str) -> ApiError:
    return malformed(f"unexpected token: '{token}'" if token else "unexpected token: <EOF>")


def invalid_field(message: str) -> ApiError:
    return ApiError("INVALID_FIELD", message)


def no_such_column(text: str, position: int, *, name: str, entity: str) -> ApiError:
    return ApiError(
        "INVALID_FIELD",
        f"{_pointer(text, position)}No such column '{name}' on entity '{entity}'. If you are "
        "attempting to use a custom field, be sure to append the '__c' after the custom field "
        f"name. {_HINT}",
    )


def no_such_relationship(text: str, position: int, *, name: str, entity: str) -> ApiError:
    return ApiError(
        "INVALID_FIELD",
        f"{_pointer(text, position)}Didn't understand relationship '{name}' in field path. If you "
        "are attempting to use a custom relationship, be sure to append the '__r' after the "
        f"custom relationship name. {_HINT}",
    )


def no_such_child(text: str, position: int, *, name: str) -> ApiError:
    return ApiError(
        "INVALID_TYPE",
        f"{_pointer(text, position)}Didn't understand relationship '{name}' in FROM part of query "
        "call. If you are attempting to use a custom relationship, be sure to append the '__r' "
        f"after the custom relationship name. {_HINT}",
    )


def no_such_object(text: str, position: int, *, name: str) -> ApiError:
    return ApiError(
        "INVALID_TYPE",
        f"{_pointer(text, position)}sObject type '{name}' is not supported. If you are attempting "
        f"to use a custom object, be sure to append the '__c' after the entity name. {_HINT}",
    )


def _pointer(text: str, position: int) -> str:
    """Show the line of the query with a caret under the position."""
    row = text.count("\n", 0, position) + 1
    start = text.rfind("\n", 0, position) + 1
    line = text[start:].split("\n", 1)[0]
    column = position - start
    return f"\n{line}\n{' ' * column}^\nERROR at Row:{row}:Column:{column + 1}\n"
