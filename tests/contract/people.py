"""Writes for the contract suite, made of whatever fields the counterpart has, and their words."""

from raccord.connectors import registry
from raccord.engine.errors import Failure
from raccord.engine.records import Action, Value, Write
from tests.contract.counterpart import Counterpart


def newcomer(counterpart: Counterpart, number: int, **roles: Value) -> Write:
    """Create a person; `roles` sets fields by the part they play (`last_name`, `email`, …)."""
    given: dict[str, Value] = {
        "last_name": f"Person {number}",
        "email": f"person{number}@example.org",
        **roles,
    }
    return Write(
        ref=number,
        object=counterpart.fields.object,
        action=Action.CREATE,
        values=named(counterpart, given),
        external_id=f"install-{number}",
    )


def change(counterpart: Counterpart, remote_id: str, ref: int = 1, **roles: Value) -> Write:
    return Write(
        ref=ref,
        object=counterpart.fields.object,
        action=Action.UPDATE,
        values=named(counterpart, roles),
        remote_id=remote_id,
    )


def removal(counterpart: Counterpart, remote_id: str, ref: int = 1) -> Write:
    return Write(
        ref=ref,
        object=counterpart.fields.object,
        action=Action.DELETE,
        values={},
        remote_id=remote_id,
    )


def named(counterpart: Counterpart, roles: dict[str, Value]) -> dict[str, Value]:
    return {getattr(counterpart.fields, role): value for role, value in roles.items()}


def assert_explained(failure: Failure | None) -> None:
    """People can be told what happened: there is a sentence, and everything that it names."""
    assert failure is not None
    found = registry.sentence(failure.code)
    assert found, failure.code
    text, advice = found
    assert text % failure.params and advice % failure.params
