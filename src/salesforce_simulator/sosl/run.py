"""Run a search: the words, then object by object the records that say them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from salesforce_simulator.soql.aggregate import is_aggregate
from salesforce_simulator.soql.run import rows_of
from salesforce_simulator.soql.select import chosen, renderer
from salesforce_simulator.soql.source import store_of
from salesforce_simulator.soql.syntax import Column, Path, Query
from salesforce_simulator.sosl.highlight import MAX_HIGHLIGHTED, highlighted
from salesforce_simulator.sosl.match import row_says
from salesforce_simulator.sosl.parser import Search, parse_search
from salesforce_simulator.sosl.terms import Wanted, malformed_search, parse_terms

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

MAX_FOUND = 2000
# Longer texts find nothing, and are not even read.
_LONGEST = 10_000
_SEARCHED = ("Account", "Campaign", "Contact", "Lead", "Opportunity", "User")


def run_text(org: "Org", text: str, *, version: str, user_id: str) -> dict[str, Any]:
    """Return what a SOSL statement finds. ApiError where it makes no sense."""
    return run_search(org, parse_search(text), version=version, user_id=user_id)


def run_search(org: "Org", search: Search, *, version: str, user_id: str) -> dict[str, Any]:
    """Return {"searchRecords": [...]}, with "metadata" where labels were asked for.

    The caller holds the org's lock.
    """
    if len(search.terms) > _LONGEST:
        return {"searchRecords": []}
    terms = parse_terms(search.terms)
    limit = MAX_FOUND if search.limit is None else min(search.limit, MAX_FOUND)
    records: list[dict[str, Any]] = []
    wanted = search.wanted or tuple(_everything(org))
    for query in wanted:
        records += _found(org, query, terms, search, version=version, user_id=user_id)
    answer: dict[str, Any] = {"searchRecords": records[:limit]}
    if search.labels:
        answer["metadata"] = {"entityMetadata": [_labels(org, query, user_id) for query in wanted]}
    return answer


def _found(
    org: "Org", query: Query, terms: Wanted, search: Search, *, version: str, user_id: str
) -> list[dict[str, Any]]:
    if is_aggregate(query):
        raise malformed_search("a search returns fields, not aggregates")
    kind = store_of(org, query).kind
    says = row_says(kind, terms, scope=search.scope)
    rows, names = rows_of(org, query, also=says, most=MAX_FOUND, user_id=user_id)
    render = renderer(query, names, version=version)
    records = [render(row) for row in rows]
    if not search.highlight:
        return records
    shown = [highlighted(each, kind, terms.marked) for each in records[:MAX_HIGHLIGHTED]]
    return shown + records[MAX_HIGHLIGHTED:]


def _everything(org: "Org") -> Iterator[Query]:
    for kind in org.schema:
        if kind.name in _SEARCHED or kind.name.endswith("__c"):
            item = Column(Path(("Id",), 0))
            yield Query(text="", items=(item,), object_name=kind.name, object_position=0)


def _labels(org: "Org", query: Query, user_id: str) -> dict[str, Any]:
    _, names = rows_of(org, query, also=lambda _: False, most=0, user_id=user_id)
    fields = [each.found.field for each in chosen(query, names)]
    return {
        "entityName": names.kind.name,
        "fieldMetadata": [{"name": each.name, "label": each.label} for each in fields],
    }
