"""Parse the text of a formula by precedence climbing: || weakest, then &&, =, <, &, +, *, ^."""

from salesforce_simulator.formula.lexer import Token, tokens
from salesforce_simulator.formula.syntax import (
    Expression,
    FormulaError,
    FunctionCall,
    Literal,
    Operation,
    Reference,
)

# What the platform allows; and as deep as it is parsed without running out of stack.
MAX_LENGTH = 3900
MAX_DEPTH = 50
MAX_OPERATORS = 300
_STRENGTH = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("=", "==", "<>", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    "&": 5,
    **dict.fromkeys(("+", "-"), 6),
    **dict.fromkeys(("*", "/"), 7),
    "^": 8,
}
_SAME = {"==": "=", "!=": "<>"}
_CONSTANTS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}


def parse(text: str) -> Expression:
    """Return the expression that a formula is. FormulaError says where it is none."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"a formula has at most {MAX_LENGTH} characters")
    parser = _Parser(text)
    expression = parser.expression(1, depth=0)
    if parser.here.kind != "end":
        raise parser.unexpected()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self.here: Token = next(self._tokens)
        self._operators = 0

    def expression(self, weakest: int, *, depth: int) -> Expression:
        """Parse operands joined by operators of at least this strength."""
        if depth > MAX_DEPTH:
            raise FormulaError(f"a formula is at most {MAX_DEPTH} levels deep")
        left = self._operand(depth)
        while (
            self.here.kind == "symbol" and (strength := _STRENGTH.get(self.here.text, 0)) >= weakest
        ):
            symbol = self._take().text
            self._operators += 1
            if self._operators > MAX_OPERATORS:
                raise FormulaError(f"a formula has at most {MAX_OPERATORS} operators")
            right = self.expression(strength + 1, depth=depth + 1)
            left = Operation(_SAME.get(symbol, symbol), (left, right))
        return left

    def unexpected(self) -> FormulaError:
        shown = repr(self.here.text) if self.here.kind != "end" else "end"
        return FormulaError(f"unexpected {shown} at {self.here.position + 1}")

    def _operand(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise FormulaError(f"a formula is at most {MAX_DEPTH} levels deep")
        token = self._take()
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "string":
            return Literal(token.text)
        if token.kind == "name":
            return self._name(token, depth)
        if token.text in {"-", "!", "+"} and token.kind == "symbol":
            return Operation(token.text, (self._operand(depth + 1),))
        if token.text == "(" and token.kind == "symbol":
            inside = self.expression(1, depth=depth + 1)
            self._expect(")")
            return inside
        self.here = token
        raise self.unexpected()

    def _name(self, token: Token, depth: int) -> Expression:
        if not (self.here.kind == "symbol" and self.here.text == "("):
            if token.text.upper() in _CONSTANTS:
                return Literal(_CONSTANTS[token.text.upper()])
            return Reference(tuple(token.text.split(".")))
        self._take()
        arguments: list[Expression] = []
        while not (self.here.kind == "symbol" and self.here.text == ")"):
            if arguments:
                self._expect(",")
            arguments.append(self.expression(1, depth=depth + 1))
        self._take()
        return FunctionCall(token.text.upper(), tuple(arguments))

    def _take(self) -> Token:
        taken = self.here
        if taken.kind != "end":
            self.here = next(self._tokens)
        return taken

    def _expect(self, symbol: str) -> None:
        if not (self.here.kind == "symbol" and self.here.text == symbol):
            raise self.unexpected()
        self._take()
