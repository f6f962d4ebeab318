"""SELECT: fields, functions, FIELDS(), TYPEOF and queries of children."""

from salesforce_simulator.soql.condition_parser import ConditionParser
from salesforce_simulator.soql.syntax import Children, Column, FieldGroup, Item, Path, TypeOf

_GROUPS = frozenset({"ALL", "STANDARD", "CUSTOM"})


class SelectParser(ConditionParser):
    """Reads what stands between SELECT and FROM."""

    # What ends the columns, and so is not the name of the last one.
    behind_items = frozenset({"FROM"})

    def items(self) -> tuple[Item, ...]:
        found = [self._item()]
        while self.accept_symbol(","):
            found.append(self._item())
        return tuple(found)

    def _item(self) -> Item:
        ahead = self.peek()
        if self.accept_symbol("("):
            self.deeper()
            nested = self.query()
            self.shallower()
            self.take_symbol(")")
            return Children(nested)
        if ahead.is_word("TYPEOF") and self.peek(1).kind == "name":
            return self._type_of()
        if ahead.is_word("FIELDS") and self.peek(1).text == "(":
            return self._field_group()
        return Column(self.expression(), self._alias())

    def _field_group(self) -> FieldGroup:
        position = self.advance().position
        self.take_symbol("(")
        group = self.take("name")
        if group.text.upper() not in _GROUPS:
            raise self.refusal(group)
        self.take_symbol(")")
        return FieldGroup(group.text.upper(), position)

    def _type_of(self) -> TypeOf:
        self.take_word("TYPEOF")
        relationship = self.path()
        choices: list[tuple[Path, tuple[Path, ...]]] = []
        self.take_word("WHEN")
        while True:
            kind = self.path()
            self.take_word("THEN")
            choices.append((kind, self.paths()))
            if not self.accept("WHEN"):
                break
        otherwise = self.paths() if self.accept("ELSE") else ()
        self.take_word("END")
        return TypeOf(relationship, tuple(choices), otherwise)

    def _alias(self) -> str | None:
        ahead = self.peek()
        ends = ahead.kind != "name" or ahead.is_word(*self.behind_items)
        return None if ends or "." in ahead.text else self.advance().text
