"""Walk over the tokens of a query: look at the next one, take it, refuse it."""

from salesforce_simulator.errors import ApiError
from salesforce_simulator.soql.errors import malformed_at, unexpected
from salesforce_simulator.soql.lexer import Token, tokenize

# Parentheses, NOTs and inner queries within each other: more is somebody's joke, not a query.
MAX_DEPTH = 50
# No count, limit or number of days has more digits; Python would refuse to read some that have.
_MAX_DIGITS = 9


class TokenStream:
    """The tokens of one text. What is refused says where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokenize(text)
        self._next = 0
        self._depth = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def advance(self) -> Token:
        token = self.peek()
        if token.kind != "end":
            self._next += 1
        return token

    def take(self, kind: str) -> Token:
        token = self.advance()
        if token.kind != kind:
            raise self.refusal(token)
        return token

    def take_word(self, *words: str) -> str:
        token = self.advance()
        if not token.is_word(*words):
            raise self.refusal(token)
        return token.text.upper()

    def take_symbol(self, symbol: str) -> None:
        token = self.advance()
        if token.kind != "symbol" or token.text != symbol:
            raise self.refusal(token)

    def take_count(self) -> int:
        token = self.take("number")
        if not token.text.isdigit() or len(token.text) > _MAX_DIGITS:
            raise self.refusal(token)
        return int(token.text)

    def accept(self, *words: str) -> bool:
        """Take the next token if it is one of these words."""
        if self.peek().is_word(*words):
            self._next += 1
            return True
        return False

    def accept_two(self, first: str, second: str) -> bool:
        if not self.accept(first):
            return False
        self.take_word(second)
        return True

    def accept_symbol(self, symbol: str) -> bool:
        token = self.peek()
        if token.kind == "symbol" and token.text == symbol:
            self._next += 1
            return True
        return False

    def expect_end(self) -> None:
        if self.peek().kind != "end":
            raise self.refusal(self.peek())

    def deeper(self) -> None:
        """Count one level of nesting; MALFORMED_QUERY where there are too many."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"expressions cannot be nested more than {MAX_DEPTH} levels deep"
            raise malformed_at(self.text, self.peek().position, message)

    def shallower(self) -> None:
        self._depth -= 1

    def refusal(self, token: Token) -> ApiError:
        return unexpected(self.text, token.position, token.text)
