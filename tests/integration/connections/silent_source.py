"""Salesforce as a source that does not tell what changes there."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from raccord.connectors import registry


def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the rest of the test, its declaration claims no changes."""
    told = registry.get("salesforce")
    silent = replace(told, capabilities=replace(told.capabilities, changes=False))
    known = MappingProxyType({**registry.all(), "salesforce": silent})
    monkeypatch.setattr(registry, "all", lambda: known)
