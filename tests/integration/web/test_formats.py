"""Dates, times and numbers as their reader writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format, number_format

from raccord.web.templatetags.pieces import in_digits

AFTERNOON = datetime(2026, 11, 2, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "name", "written"),
    [
        ("en", "DATE_FORMAT", "2 November 2026"),
        ("en", "SHORT_DATETIME_FORMAT", "2 Nov 2026, 14:05"),
        ("fr", "DATE_FORMAT", "2 novembre 2026"),
        ("fr", "DATETIME_FORMAT", "2 novembre 2026 à 14 h 05"),
        ("fr", "SHORT_DATE_FORMAT", "2 nov. 2026"),
        ("fr", "SHORT_DATETIME_FORMAT", "2 nov. 2026, 14 h 05"),
        ("fr", "TIME_FORMAT", "14 h 05"),
        ("fr", "MONTH_DAY_FORMAT", "2 novembre"),
        ("fr", "YEAR_MONTH_FORMAT", "novembre 2026"),
    ],
)
def test_a_date_is_written_as_its_reader_does(language: str, name: str, written: str) -> None:
    with translation.override(language):
        shown = date_format(AFTERNOON, name)
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == written


def test_no_french_line_breaks_inside_a_date_or_a_time() -> None:
    with translation.override("fr"):
        for name in ("DATE_FORMAT", "SHORT_DATE_FORMAT", "TIME_FORMAT"):
            assert " " not in date_format(AFTERNOON, name)


@pytest.mark.parametrize(
    ("language", "count", "price"),
    [("en", "1,234,567", "1234.5"), ("fr", "1\xa0234\xa0567", "1234,5")],
)
def test_a_number_is_written_as_its_reader_does(language: str, count: str, price: str) -> None:
    with translation.override(language):
        assert in_digits(1_234_567) == count
        assert number_format(1234.5) == price
