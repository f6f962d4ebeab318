"""How a query is refused: the snippet, a caret under the place, and what is wrong with it."""

from salesforce_simulator.errors import ApiError

_HINT = "Please reference your WSDL or the describe call for the appropriate names."
# How much of a line is shown on either side of the caret; what is cut there is shown whole.
_SHOWN = 30
_BORDERS = frozenset(" \t,")


def malformed(message: str) -> ApiError:
    return ApiError("MALFORMED_QUERY", message)


def malformed_at(text: str, position: int, message: str) -> ApiError:
    return malformed(pointer(text, position) + message)


def unexpected(text: str, position: int, token: str) -> ApiError:
    """Refuse a token where the grammar has no place for it; "" is the end of the text."""
    message = f"unexpected token: '{token or '<EOF>'}'"
    # The first word of all is refused without showing where it is, as recorded answers do.
    return malformed_at(text, position, message) if text[:position].strip() else malformed(message)


def invalid_field(message: str) -> ApiError:
    return ApiError("INVALID_FIELD", message)


def no_such_column(text: str, position: int, *, name: str, entity: str) -> ApiError:
    return invalid_field(
        f"{pointer(text, position)}No such column '{name}' on entity '{entity}'. If you are "
        "attempting to use a custom field, be sure to append the '__c' after the custom field "
        f"name. {_HINT}"
    )


def no_such_relationship(text: str, position: int, *, name: str) -> ApiError:
    return invalid_field(
        f"{pointer(text, position)}Didn't understand relationship '{name}' in field path. If you "
        "are attempting to use a custom relationship, be sure to append the '__r' after the "
        f"custom relationship name. {_HINT}"
    )


def no_such_child(text: str, position: int, *, name: str) -> ApiError:
    return ApiError(
        "INVALID_TYPE",
        f"{pointer(text, position)}Didn't understand relationship '{name}' in FROM part of query "
        "call. If you are attempting to use a custom relationship, be sure to append the '__r' "
        f"after the custom relationship name. {_HINT}",
    )


def no_such_object(text: str, position: int, *, name: str) -> ApiError:
    return ApiError(
        "INVALID_TYPE",
        f"{pointer(text, position)}sObject type '{name}' is not supported. If you are attempting "
        f"to use a custom object, be sure to append the '__c' after the entity name. {_HINT}",
    )


def pointer(text: str, position: int) -> str:
    """Show what stands around a position of the query, with a caret under it."""
    row = text.count("\n", 0, position) + 1
    line_start = text.rfind("\n", 0, position) + 1
    line = text[line_start:].split("\n", 1)[0]
    column = position - line_start
    first = min(column, _back_to_border(line, max(0, column - _SHOWN)))
    last = _on_to_border(line, min(len(line), column + _SHOWN))
    caret = " " * (column - first)
    return f"\n{line[first:last]}\n{caret}^\nERROR at Row:{row}:Column:{column + 1}\n"


def _back_to_border(line: str, start: int) -> int:
    while start > 0 and line[start - 1] not in _BORDERS:
        start -= 1
    # A line keeps its indent; a part of one begins with a word.
    while 0 < start < len(line) and line[start] in _BORDERS:
        start += 1
    return start


def _on_to_border(line: str, end: int) -> int:
    while end < len(line) and line[end] not in _BORDERS:
        end += 1
    return end
