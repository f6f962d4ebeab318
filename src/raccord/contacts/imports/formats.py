"""How dates and numbers are written in a file, as far as its first records show. Pure.

What could be read both ways is said to be so, and a person decides; nothing is guessed twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from raccord.contacts.imports.options import DateOrder, DecimalMark

_DATE = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})(?:[ ,T].*)?")
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,'\u00a0\u202f]*|[+-]?[.,][0-9]+")
_WITH_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ .'\u00a0\u202f][0-9]{3})+|[0-9]*),[0-9]*")
_WITH_POINT = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ ,'\u00a0\u202f][0-9]{3})+|[0-9]*)\.[0-9]*")
_OPEN = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


class Certainty(StrEnum):
    """OPEN: everything fits two ways. MIXED: nothing fits all of it."""

    CLEAR = "clear"
    OPEN = "open"
    MIXED = "mixed"


def looks_like_date(text: str) -> bool:
    """Digits in three groups, one of them a year, whatever their order."""
    found = _DATE.fullmatch(text)
    return found is not None and 4 in (len(found[1]), len(found[4]))


def looks_like_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def date_order(cells: Iterable[str], *, usual: DateOrder) -> tuple[DateOrder, Certainty]:
    """The order in which all dates among the cells exist. usual: where both would do."""
    possible: Counter[DateOrder] = Counter()
    total = 0
    for cell in cells:
        if orders := _orders(cell):
            possible.update(orders)
            total += 1
    if not total:
        return usual, Certainty.CLEAR
    fitting = [order for order in _ORDERS if possible[order] == total]
    if not fitting:
        best = max(_ORDERS, key=lambda order: (possible[order], order is usual))
        return best, Certainty.MIXED
    if DateOrder.YEAR_FIRST in fitting:
        return DateOrder.YEAR_FIRST, Certainty.CLEAR
    if len(fitting) == 1:
        return fitting[0], Certainty.CLEAR
    return (usual if usual in fitting else fitting[0]), Certainty.OPEN


def decimal_mark(cells: Iterable[str], *, usual: DecimalMark) -> tuple[DecimalMark, Certainty]:
    """The mark that numbers among the cells have. usual: where nothing tells."""
    commas = points = unclear = 0
    for cell in cells:
        if _OPEN.fullmatch(cell):
            unclear += 1
        elif _WITH_COMMA.fullmatch(cell):
            commas += 1
        elif _WITH_POINT.fullmatch(cell):
            points += 1
    if commas and points:
        mixed = DecimalMark.COMMA if commas > points else DecimalMark.POINT
        return mixed, Certainty.MIXED
    if commas or points:
        return (DecimalMark.COMMA if commas else DecimalMark.POINT), Certainty.CLEAR
    return usual, Certainty.OPEN if unclear else Certainty.CLEAR


_ORDERS = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST)


def _orders(cell: str) -> list[DateOrder]:
    """In which orders the cell is a date. One with the year in front is one in any."""
    found = _DATE.fullmatch(cell)
    if not found:
        return []
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        return list(_ORDERS) if _exists(day=third, month=second) else []
    orders = []
    if len(third) == 4 and _exists(day=first, month=second):
        orders.append(DateOrder.DAY_FIRST)
    if len(third) == 4 and _exists(day=second, month=first):
        orders.append(DateOrder.MONTH_FIRST)
    return orders


def _exists(*, day: str, month: str) -> bool:
    return len(day) <= 2 and 1 <= int(day) <= 31 and 1 <= int(month) <= 12
