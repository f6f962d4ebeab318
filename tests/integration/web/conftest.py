"""A signed-in person before a project, through Django's own test client."""

import pytest
from django.test import Client

from raccord.accounts.models import User
from raccord.contacts.models import Project
from tests import cast


@pytest.fixture
def marketer(db: None) -> User:
    return cast.a_marketer()


@pytest.fixture
def project(db: None) -> Project:
    return cast.a_project()


@pytest.fixture
def signed_in(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client
