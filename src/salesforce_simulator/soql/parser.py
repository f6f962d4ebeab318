"""Build the syntax tree of a query: the order of its clauses."""

from typing import Any

from salesforce_simulator.soql.select_parser import SelectParser
from salesforce_simulator.soql.syntax import Condition, Expression, Order, Query

_CLAUSES = frozenset(
    "WHERE GROUP HAVING ORDER LIMIT OFFSET FOR ALL WITH USING UPDATE".split()  # noqa: SIM905
)
_MODES = ("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE")


def parse(text: str) -> Query:
    """Return the tree of a query. ApiError MALFORMED_QUERY where it is none."""
    parser = Parser(text)
    query = parser.query()
    parser.expect_end()
    return query


def parse_condition(text: str) -> Condition:
    """Return the tree of what may stand behind WHERE. Validation rules are written so."""
    parser = Parser(text)
    condition = parser.condition()
    parser.expect_end()
    return condition


class Parser(SelectParser):
    """Recursive descent over the tokens: one method per part of the grammar."""

    def query(self) -> Query:
        self.take_word("SELECT")
        items = self.items()
        self.take_word("FROM")
        source = self.take("name")
        alias = self._source_alias()
        aliases = []
        while self.accept_symbol(","):
            relationship = self.path()
            aliases.append((self._source_alias() or relationship.names[-1], relationship))
        scope_position = self.peek().position
        scope = self._scope()
        return Query(
            text=self.text,
            items=items,
            object_name=source.text,
            object_position=source.position,
            alias=alias,
            aliases=tuple(aliases),
            scope=scope,
            scope_position=scope_position,
            **self.filters(),
        )

    def filters(self) -> dict[str, Any]:
        """Read the clauses from WHERE on, as the arguments of `Query`."""
        where = self.condition() if self.accept("WHERE") else None
        mode = self.take_word(*_MODES) if self.accept("WITH") else ""
        subtotals, group_by = self._group_by()
        return {
            "where": where,
            "mode": mode,
            "group_by": group_by,
            "subtotals": subtotals,
            "having": self.condition() if self.accept("HAVING") else None,
            "order_by": self._orders() if self.accept_two("ORDER", "BY") else (),
            "limit": self.take_count() if self.accept("LIMIT") else None,
            "offset": self.take_count() if self.accept("OFFSET") else 0,
            **self._purposes(),
        }

    def _source_alias(self) -> str | None:
        self.accept("AS")
        ahead = self.peek()
        if ahead.kind != "name" or ahead.text.upper() in _CLAUSES or "." in ahead.text:
            return None
        return self.advance().text

    def _scope(self) -> str:
        if not self.accept("USING"):
            return ""
        self.take_word("SCOPE")
        return self.take("name").text.lower()

    def _group_by(self) -> tuple[str, tuple[Expression, ...]]:
        if not self.accept_two("GROUP", "BY"):
            return "", ()
        ahead = self.peek()
        if not ahead.is_word("ROLLUP", "CUBE") or self.peek(1).text != "(":
            return "", self._expressions()
        self.advance()
        self.take_symbol("(")
        grouped = self._expressions()
        self.take_symbol(")")
        return ahead.text.upper(), grouped

    def _expressions(self) -> tuple[Expression, ...]:
        found = [self.expression()]
        while self.accept_symbol(","):
            found.append(self.expression())
        return tuple(found)

    def _orders(self) -> tuple[Order, ...]:
        orders = [self._order()]
        while self.accept_symbol(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        expression = self.expression()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_last = False
        if self.accept("NULLS"):
            nulls_last = self.take_word("FIRST", "LAST") == "LAST"
        return Order(expression, descending, nulls_last)

    def _purposes(self) -> dict[str, Any]:
        """Read FOR VIEW, FOR REFERENCE, FOR UPDATE, UPDATE TRACKING, VIEWSTAT and ALL ROWS."""
        purposes: list[str] = []
        all_rows = False
        while True:
            if self.accept("FOR"):
                purposes.append(self.take_word("VIEW", "REFERENCE", "UPDATE"))
            elif self.accept("UPDATE"):
                purposes.append(self.take_word("TRACKING", "VIEWSTAT"))
                while self.accept_symbol(","):
                    purposes.append(self.take_word("TRACKING", "VIEWSTAT"))
            elif self.accept_two("ALL", "ROWS"):
                all_rows = True
            else:
                return {"purposes": tuple(purposes), "all_rows": all_rows}
