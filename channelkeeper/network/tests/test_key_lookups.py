"""Many keys in one `__in`: what Django finds with values one by one, on both databases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.jobs.lookups import FEW
from channelkeeper.network.models import Assignment, Distributor
from channelkeeper.network.tests.cast import build_cast


def padded(keys: list[int]) -> list[int]:
    """Return keys among so many others that they are more than a few."""
    return [*keys, *keys[:1], *range(-FEW, 0)]


@pytest.mark.django_db
@pytest.mark.parametrize("take", [list, tuple, set, frozenset])
def test_many_keys_find_what_few_find(take: type) -> None:
    build_cast()
    keys = list(Distributor.objects.order_by("code").values_list("pk", flat=True)[:2])
    many = take(padded(keys))
    assert set(Distributor.objects.filter(pk__in=many).values_list("pk", flat=True)) == set(keys)
    served = Assignment.objects.filter(distributor_id__in=many)
    assert {one.distributor_id for one in served} == set(keys)
    assert list(served.order_by("pk")) == list(Assignment.objects.filter(distributor__in=many).order_by("pk"))
    left = Distributor.objects.exclude(pk__in=many)
    assert left.count() == Distributor.objects.count() - 2


@pytest.mark.django_db
def test_other_values_and_questions_go_django_s_way() -> None:
    build_cast()
    every = Distributor.objects.order_by("code")
    some = list(every[:2])
    assert list(every.filter(pk__in=every.filter(code=some[0].code).values("pk"))) == some[:1]
    assert Assignment.objects.filter(distributor__in=[*some, *padded([])]).count() > 0
    assert list(every.filter(pk__in=[])) == []
    assert list(every.filter(pk__in=[None, *padded([some[1].pk])])) == some[1:]


@pytest.mark.django_db
def test_postgresql_gets_many_keys_as_one_value() -> None:
    with CaptureQueriesContext(connection) as asked:
        list(Distributor.objects.filter(pk__in=padded([1])))
        list(Distributor.objects.filter(pk__in=[1, 2]))
    texts = [one["sql"] for one in asked]
    one_value = connection.vendor == "postgresql"
    assert ("= ANY('{" in texts[0]) == one_value
    assert "IN (1, 2)" in texts[1]
