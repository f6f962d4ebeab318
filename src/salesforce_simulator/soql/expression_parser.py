"""The smallest parts of the grammar: fields, functions of them, literals."""

import re

from salesforce_simulator.soql.errors import malformed_at
from salesforce_simulator.soql.lexer import Token, unquote
from salesforce_simulator.soql.syntax import Expression, FunctionCall, Path, Value
from salesforce_simulator.soql.token_stream import TokenStream

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
FUNCTIONS = AGGREGATES | {
    "CALENDAR_MONTH",
    "CALENDAR_QUARTER",
    "CALENDAR_YEAR",
    "CONVERTCURRENCY",
    "CONVERTTIMEZONE",
    "DAY_IN_MONTH",
    "DAY_IN_WEEK",
    "DAY_IN_YEAR",
    "DAY_ONLY",
    "DISTANCE",
    "FISCAL_MONTH",
    "FISCAL_QUARTER",
    "FISCAL_YEAR",
    "FORMAT",
    "GEOLOCATION",
    "GROUPING",
    "HOUR_IN_DAY",
    "TOLABEL",
    "WEEK_IN_MONTH",
    "WEEK_IN_YEAR",
}
_CURRENCY = re.compile(r"[A-Za-z]{3}\d+")


class ExpressionParser(TokenStream):
    """Reads fields, functions and literals."""

    def expression(self) -> Expression:
        name = self.take("name")
        if self.peek().text != "(" or self.peek().kind != "symbol":
            return _path(name)
        function = name.text.upper()
        if function not in FUNCTIONS:
            raise self.refusal(self.peek())
        return self._call(function, name.position)

    def path(self) -> Path:
        return _path(self.take("name"))

    def paths(self) -> tuple[Path, ...]:
        found = [self.path()]
        while self.accept_symbol(","):
            found.append(self.path())
        return tuple(found)

    def value(self) -> Value:
        token = self.advance()
        if token.kind == "string":
            return Value("string", unquote(token.text), token.position, token.text[1:-1])
        if token.kind in {"number", "date", "datetime"}:
            return Value(token.kind, token.text, token.position)  # type: ignore[arg-type]
        if token.is_word("TRUE", "FALSE"):
            return Value("boolean", token.text.lower(), token.position)
        if token.is_word("NULL"):
            return Value("null", "", token.position)
        if token.kind == "name" and _CURRENCY.fullmatch(token.text):
            return self._currency(token)
        if token.kind == "range" or (token.kind == "name" and "." not in token.text):
            return Value("range", token.text, token.position)
        raise self.refusal(token)

    def _call(self, function: str, position: int) -> FunctionCall:
        self.take_symbol("(")
        arguments: list[Path | FunctionCall | Value] = []
        if self.accept_symbol(")"):
            if function != "COUNT":
                raise malformed_at(self.text, position, f"{function} needs a field")
            return FunctionCall(function, (), position)
        self.deeper()
        arguments.append(self._argument())
        while self.accept_symbol(","):
            arguments.append(self._argument())
        self.shallower()
        self.take_symbol(")")
        return FunctionCall(function, tuple(arguments), position)

    def _argument(self) -> Path | FunctionCall | Value:
        return self.expression() if self.peek().kind == "name" else self.value()

    def _currency(self, token: Token) -> Value:
        """USD5000.25 comes as two tokens, for a name may well end in digits."""
        amount, fraction = token.text[3:], self.peek()
        if fraction.kind == "number" and fraction.position == token.position + len(token.text):
            amount += self.advance().text
        return Value("currency", amount, token.position)


def _path(token: Token) -> Path:
    return Path(tuple(token.text.split(".")), token.position)
