"""One company for all tests of a file: built once, and whatever a test does to it is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests import world as worlds
from tests.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The company on its Tuesday; the tests of a file share it, each in a savepoint of its own (mark django_db)."""
    with (
        django_db_blocker.unblock(),
        override_settings(CHANNELKEEPER_NOW=worlds.AT),
        transaction.atomic(),
    ):
        yield worlds.build_world()
        transaction.set_rollback(True)
