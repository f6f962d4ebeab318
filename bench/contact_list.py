"""A list of good contacts of any length, with the demo's columns."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

from tools.example_contacts import COLUMNS, people


def write_contacts(target: Path, *, count: int) -> Path:
    """Write `count` different contacts that nobody refuses; returns `target`."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        named = (line for line in people() if line[COLUMNS.index("last_name")])
        writer.writerows(itertools.islice(named, count))
    return target
