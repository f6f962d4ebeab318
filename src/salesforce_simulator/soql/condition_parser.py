"""WHERE and HAVING: comparisons joined by AND, OR and NOT."""

from abc import abstractmethod

from salesforce_simulator.soql.expression_parser import ExpressionParser
from salesforce_simulator.soql.syntax import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Membership,
    Not,
    Query,
    Value,
)

_COMPARATORS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">="})


class ConditionParser(ExpressionParser):
    """Reads conditions, as strict as the API: what mixes AND, OR and NOT needs parentheses."""

    @abstractmethod
    def query(self) -> Query:
        """Read a whole query, for IN (SELECT ...)."""

    def condition(self) -> Condition:
        if self.accept("NOT"):
            self.deeper()
            negated = Not(self._negated())
            self.shallower()
            return negated
        first = self._part()
        for word, joined in (("AND", All), ("OR", AnyOf)):
            if self.peek().is_word(word):
                parts = [first]
                while self.accept(word):
                    parts.append(self._part())
                if self.peek().is_word("AND", "OR"):
                    raise self.refusal(self.peek())
                return joined(tuple(parts))
        return first

    def _negated(self) -> Condition:
        if self.accept("NOT"):
            self.deeper()
            twice = Not(self._negated())
            self.shallower()
            return twice
        part = self._part()
        if self.peek().is_word("AND", "OR"):
            raise self.refusal(self.peek())
        return part

    def _part(self) -> Condition:
        if self.peek().is_word("NOT"):
            raise self.refusal(self.peek())
        if self.accept_symbol("("):
            self.deeper()
            inner = self.condition()
            self.shallower()
            self.take_symbol(")")
            return inner
        left = self.expression()
        operator = self._operator()
        if operator in {"IN", "NOT IN", "INCLUDES", "EXCLUDES"}:
            return Membership(left, operator, self._values())
        return Comparison(left, operator, self.value())

    def _operator(self) -> str:
        token = self.advance()
        if token.kind == "symbol" and token.text in _COMPARATORS:
            return "!=" if token.text == "<>" else token.text
        if token.is_word("NOT"):
            self.take_word("IN")
            return "NOT IN"
        if token.is_word("LIKE", "IN", "INCLUDES", "EXCLUDES"):
            return token.text.upper()
        raise self.refusal(token)

    def _values(self) -> tuple[Value, ...] | Query:
        self.take_symbol("(")
        if self.peek().is_word("SELECT"):
            self.deeper()
            inner = self.query()
            self.shallower()
            self.take_symbol(")")
            return inner
        values = [self.value()]
        while self.accept_symbol(","):
            values.append(self.value())
        self.take_symbol(")")
        return tuple(values)
