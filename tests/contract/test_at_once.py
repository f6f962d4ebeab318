"""A connector is used from several threads at once, up to its own limit."""

from concurrent.futures import ThreadPoolExecutor

from raccord.connectors.base import Connector, Declaration
from raccord.engine.records import Lookup, Status
from tests.contract.counterpart import Counterpart, Trouble
from tests.contract.people import newcomer

ROWS = 20


def test_pushes_at_once_do_not_mix_their_rows(
    counterpart: Counterpart, connector: Connector, declaration: Declaration
) -> None:
    names = counterpart.fields
    counterpart.trouble(Trouble.TOKEN_REFUSED)
    batches = [
        [newcomer(counterpart, number) for number in range(start, start + ROWS)]
        for start in range(0, 2 * declaration.limits.parallel_calls * ROWS, ROWS)
    ]
    with ThreadPoolExecutor(declaration.limits.parallel_calls) as pool:
        answers = list(pool.map(connector.push, batches))
    outcomes = [outcome for answer in answers for outcome in answer]
    assert [outcome.ref for outcome in outcomes] == list(range(len(batches) * ROWS))
    assert {outcome.status for outcome in outcomes} == {Status.CREATED}
    wanted = {f"person{outcome.ref}@example.org": outcome.remote_id for outcome in outcomes}
    found = connector.find([Lookup(names.object, names.email, tuple(wanted))], {})
    assert {record.values[names.email]: record.id for record in found} == wanted
