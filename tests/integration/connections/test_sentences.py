"""Codes and their parameters become sentences for people."""

import pytest
from django.utils.translation import override

from raccord.connections.sentences import explain
from raccord.engine.records import Operation


@pytest.mark.parametrize(
    ("operation", "name"),
    [(Operation.CREATED, "Created"), (Operation.CONSENT_CHANGED, "Consent changed")],
)
def test_an_operation_is_called_as_the_screens_call_it(operation: Operation, name: str) -> None:
    with override("en"):
        told = explain("", "raccord.plan.operation_off", {"operation": operation.value})

    assert told.what == f"The integration does not send this operation: {name}."


def test_a_parameter_that_was_not_stored_shows_as_a_dash() -> None:
    with override("en"):
        told = explain("", "raccord.plan.operation_off")

    assert told.what == "The integration does not send this operation: –."
