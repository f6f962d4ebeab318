"""What these tests begin with."""

from __future__ import annotations

import pytest

from raccord.contacts.models import Project
from tests import cast


@pytest.fixture
def project(db: None) -> Project:
    """The cast's project, without contacts."""
    return cast.a_project()
