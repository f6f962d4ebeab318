"""/composite/graph: several graphs of record operations, each of them all or none.

The nodes of a graph are carried out by what they need of each other, not by where they stand: a
node comes after every node that it refers to. The answer keeps the order of the request. Graphs
know nothing of one another. The limits are those of the documentation.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, malformed_json
from salesforce_simulator.rest import subrequests
from salesforce_simulator.rest.subrequests import Part

MAX_GRAPHS = 75
MAX_NODES = 500
MAX_DEPTH = 15
MAX_KINDS = 15
MAX_FAILURES = 14

_GRAPH_ID = re.compile(r"[A-Za-z0-9][^.]{0,38}")
_RECORDS = re.compile(r"/services/data/v(?P<version>[\d.]+)/sobjects/(?P<name>\w+)(?P<rest>/.*)?")


def carry_out_graphs(call: Call) -> Response:
    content = call.json_object()
    graphs = _checked(content.get("graphs"))
    failures = 0
    answers: list[dict[str, Any]] = []
    for graph_id, parts in graphs:
        if failures > MAX_FAILURES:
            results, succeeded = [subrequests.halted(part) for part in parts], False
        else:
            results, succeeded = _carry_out(call, parts)
            failures += not succeeded
        answers.append(
            {
                "graphId": graph_id,
                "graphResponse": {"compositeResponse": results},
                "isSuccessful": succeeded,
            }
        )
    return call.answer({"graphs": answers})


def levels(needs: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return how deep each node lies: 1 where it needs no other, else one below its deepest need.

    Nodes of a circle, and those that need them, have no level and are left out. Needs that are
    no nodes do not count.
    """
    waiting = {name: {each for each in wants if each in needs} for name, wants in needs.items()}
    found: dict[str, int] = {}
    level = 0
    while ready := [name for name, wants in waiting.items() if wants <= found.keys()]:
        level += 1
        for name in ready:
            del waiting[name]
        found.update(dict.fromkeys(ready, level))
    return found


def _carry_out(call: Call, parts: Sequence[Part]) -> tuple[list[Part], bool]:
    depth = _levels(parts)
    # A node of a circle comes last, and fails for referring to what was not answered.
    ordered = sorted(parts, key=lambda part: depth.get(part["referenceId"], len(parts) + 1))
    answers, succeeded = subrequests.carry_out_together(call, ordered)
    by_reference = {answer["referenceId"]: answer for answer in answers}
    return [by_reference[part["referenceId"]] for part in parts], succeeded


def _levels(parts: Sequence[Part]) -> dict[str, int]:
    return levels(
        {
            part["referenceId"]: set(subrequests.references([part["url"], part.get("body")]))
            for part in parts
        }
    )


def _checked(graphs: Any) -> list[tuple[str, list[Part]]]:
    """Return the id and the nodes of each graph. ApiError where one breaks a rule."""
    if not isinstance(graphs, list) or not all(isinstance(each, dict) for each in graphs):
        raise malformed_json("graphs must be a list of objects")
    _at_most(MAX_GRAPHS, len(graphs), "graphs in one request")
    checked: dict[str, list[Part]] = {}
    for graph in graphs:
        graph_id = graph.get("graphId")
        if not isinstance(graph_id, str) or not _GRAPH_ID.fullmatch(graph_id):
            message = f"Invalid graphId: {graph_id}. It begins with a letter or a digit, has "
            raise ApiError("INVALID_INPUT", f"{message}fewer than 40 characters and no period.")
        if graph_id in checked:
            raise ApiError("INVALID_INPUT", f"Duplicate graphId: {graph_id}")
        parts = subrequests.check(graph.get("compositeRequest"), name="compositeRequest")
        _at_most(MAX_DEPTH, max(_levels(parts).values(), default=0), "levels in one graph")
        checked[graph_id] = parts
    everything = [part for parts in checked.values() for part in parts]
    _at_most(MAX_NODES, len(everything), "nodes in one request")
    _at_most(MAX_KINDS, len({_kind(part) for part in everything}), "different nodes")
    return list(checked.items())


def _kind(part: Part) -> tuple[str, str, str]:
    """Return what nodes are told apart by: version, method and object. Only records are nodes."""
    address = _RECORDS.match(part["url"])
    method = part["method"].upper()
    is_whole_object = address is not None and (address["rest"] or "/").split("?")[0] == "/"
    if address is None or (is_whole_object and method != "POST"):
        message = f"{method} {part['url']} is not supported in a composite graph"
        raise ApiError("INVALID_INPUT", message)
    return address["version"], method, address["name"].lower()


def _at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise ApiError("LIMIT_EXCEEDED", f"There can be at most {limit} {what}.")
