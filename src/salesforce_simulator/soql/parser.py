"""Build the syntax tree of a query."""

from salesforce_simulator.soql.errors import malformed, unexpected
from salesforce_simulator.soql.lexer import Token, tokenize, unquote
from salesforce_simulator.soql.syntax import (
    Aggregate,
    All,
    AnyOf,
    Children,
    Column,
    Comparison,
    Condition,
    FieldGroup,
    Item,
    Membership,
    Not,
    Order,
    Path,
    Query,
    Value,
)

_FUNCTIONS = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
_CLAUSES = frozenset({"WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "WITH", "USING"})
_COMPARATORS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">="})


def parse(text: str) -> Query:
    """Return the tree of a query. ApiError MALFORMED_QUERY where it is none."""
    parser = _Parser(text)
    query = parser.query()
    parser.expect_end()
    return query


def parse_condition(text: str) -> Condition:
    """Return the tree of what may stand behind WHERE. Validation rules are written so."""
    parser = _Parser(text)
    condition = parser.condition()
    parser.expect_end()
    return condition


class _Parser:
    """Recursive descent over the tokens: one method per part of the grammar."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._next = 0

    def query(self) -> Query:
        self._word("SELECT")
        items = self._items()
        self._word("FROM")
        source = self._take("name")
        self._accept("AS")
        ahead = self._peek()
        alias = (
            self._take("name").text
            if ahead.kind == "name" and ahead.text.upper() not in _CLAUSES
            else None
        )
        if self._accept("USING"):
            self._word("SCOPE")
            self._take("name")
        where = self.condition() if self._accept("WHERE") else None
        self._skip_with()
        group_by = self._paths() if self._accept_two("GROUP", "BY") else ()
        order_by = self._orders() if self._accept_two("ORDER", "BY") else ()
        limit = self._count() if self._accept("LIMIT") else None
        offset = self._count() if self._accept("OFFSET") else 0
        self._skip_for()
        return Query(
            text=self._text,
            items=items,
            object_name=source.text,
            object_position=source.position,
            alias=alias,
            where=where,
            group_by=group_by,
            order_by=order_by,
            limit=limit,
            offset=offset,
            all_rows=self._accept_two("ALL", "ROWS"),
        )

    def condition(self) -> Condition:
        """AND and OR may not be mixed without parentheses; neither may the API's."""
        first = self._part()
        for word, joined in (("AND", All), ("OR", AnyOf)):
            if self._peek().is_word(word):
                parts = [first]
                while self._accept(word):
                    parts.append(self._part())
                if self._peek().is_word("AND", "OR"):
                    raise unexpected(self._peek().text)
                return joined(tuple(parts))
        return first

    def expect_end(self) -> None:
        if self._peek().kind != "end":
            raise unexpected(self._peek().text)

    def _items(self) -> tuple[Item, ...]:
        items = [self._item()]
        while self._accept_symbol(","):
            items.append(self._item())
        return tuple(items)

    def _item(self) -> Item:
        if self._accept_symbol("("):
            nested = self.query()
            self._symbol(")")
            if any(isinstance(each, Children) for each in nested.items):
                raise malformed(
                    "SOQL statements cannot query aggregate relationships more than 1 level away"
                )
            return Children(nested)
        name = self._take("name")
        if not self._accept_symbol("("):
            return Column(_path(name), self._item_alias())
        function = name.text.upper()
        if function == "FIELDS":
            group = self._take("name").text.upper()
            self._symbol(")")
            if group not in {"ALL", "STANDARD", "CUSTOM"}:
                raise unexpected(group)
            return FieldGroup(group, name.position)
        if function in {"TOLABEL", "FORMAT"}:
            path = _path(self._take("name"))
            self._symbol(")")
            return Column(path, self._item_alias())
        if function not in _FUNCTIONS:
            raise unexpected("(")
        inner = None if self._peek().text == ")" else _path(self._take("name"))
        self._symbol(")")
        if inner is None and function != "COUNT":
            raise unexpected(")")
        return Aggregate(function, inner, self._item_alias(), name.position)

    def _item_alias(self) -> str | None:
        ahead = self._peek()
        if ahead.kind == "name" and not ahead.is_word("FROM") and "." not in ahead.text:
            return self._take("name").text
        return None

    def _part(self) -> Condition:
        if self._accept("NOT"):
            return Not(self._part())
        if self._accept_symbol("("):
            inner = self.condition()
            self._symbol(")")
            return inner
        path = _path(self._take("name"))
        operator = self._operator()
        if operator in {"IN", "NOT IN", "INCLUDES", "EXCLUDES"}:
            return Membership(path, operator, self._values())
        return Comparison(path, operator, self._value())

    def _operator(self) -> str:
        token = self._advance()
        if token.kind == "symbol" and token.text in _COMPARATORS:
            return "!=" if token.text == "<>" else token.text
        if token.is_word("NOT"):
            self._word("IN")
            return "NOT IN"
        if token.is_word("LIKE", "IN", "INCLUDES", "EXCLUDES"):
            return token.text.upper()
        raise unexpected(token.text)

    def _values(self) -> tuple[Value, ...] | Query:
        self._symbol("(")
        if self._peek().is_word("SELECT"):
            inner = self.query()
            self._symbol(")")
            return inner
        values = [self._value()]
        while self._accept_symbol(","):
            values.append(self._value())
        self._symbol(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._advance()
        if token.kind == "string":
            return Value("string", unquote(token.text), token.position)
        if token.kind in {"number", "date", "datetime", "range"}:
            return Value(token.kind, token.text, token.position)  # type: ignore[arg-type]
        if token.is_word("TRUE", "FALSE"):
            return Value("boolean", token.text.lower(), token.position)
        if token.is_word("NULL"):
            return Value("null", "", token.position)
        if token.kind == "name" and "." not in token.text:
            return Value("range", token.text, token.position)
        raise unexpected(token.text)

    def _paths(self) -> tuple[Path, ...]:
        paths = [_path(self._take("name"))]
        while self._accept_symbol(","):
            paths.append(_path(self._take("name")))
        return tuple(paths)

    def _orders(self) -> tuple[Order, ...]:
        orders = [self._order()]
        while self._accept_symbol(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        path = _path(self._take("name"))
        descending = self._accept("DESC")
        if not descending:
            self._accept("ASC")
        nulls_last = False
        if self._accept("NULLS"):
            nulls_last = self._accept("LAST")
            if not nulls_last:
                self._word("FIRST")
        return Order(path, descending, nulls_last)

    def _count(self) -> int:
        token = self._take("number")
        if not token.text.isdigit():
            raise unexpected(token.text)
        return int(token.text)

    def _skip_with(self) -> None:
        """Read past WITH SECURITY_ENFORCED and its kin: everyone sees everything here."""
        if self._accept("WITH") and not self._advance().is_word(
            "SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"
        ):
            raise malformed("only WITH SECURITY_ENFORCED, USER_MODE and SYSTEM_MODE are simulated")

    def _skip_for(self) -> None:
        if self._accept("FOR") and not self._advance().is_word("VIEW", "REFERENCE", "UPDATE"):
            raise unexpected(self._peek().text)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token

    def _take(self, kind: str) -> Token:
        token = self._advance()
        if token.kind != kind:
            raise unexpected(token.text)
        return token

    def _word(self, word: str) -> None:
        token = self._advance()
        if not token.is_word(word):
            raise unexpected(token.text)

    def _symbol(self, symbol: str) -> None:
        token = self._advance()
        if token.kind != "symbol" or token.text != symbol:
            raise unexpected(token.text)

    def _accept(self, word: str) -> bool:
        if self._peek().is_word(word):
            self._next += 1
            return True
        return False

    def _accept_two(self, first: str, second: str) -> bool:
        if not self._accept(first):
            return False
        self._word(second)
        return True

    def _accept_symbol(self, symbol: str) -> bool:
        token = self._peek()
        if token.kind == "symbol" and token.text == symbol:
            self._next += 1
            return True
        return False


def _path(token: Token) -> Path:
    return Path(tuple(token.text.split(".")), token.position)
