"""Several at once: one content makes one report, and a close and a report never tear each other."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.models import Intake, Report, ReportLine
from channelkeeper.stock.tests import standing
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row, workbook

pytestmark = pytest.mark.django_db(transaction=True)
AT = monday_after(WEEK)


@pytest.fixture
def cast() -> Cast:
    build_shelf()
    return build_cast()


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do works in threads that start together; return what they returned or raised."""
    gate = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        gate.wait(timeout=20)
        try:
            results[place] = work()
        except Exception as error:  # noqa: BLE001 - handed back to the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def send(data: bytes, source: str = "api") -> actions.Answer:
    return actions.import_report(distributor_code="D001", data=data, filename="a.xlsx", source=source, by=SYSTEM, at=AT)


def test_one_file_sent_eight_times_at_once_makes_one_report(cast: Cast) -> None:
    data = workbook([row("T500", 100, 0, 30), row("W550", 50, 0, 5)])
    answers = at_once(*[lambda: send(data)] * 8)
    bodies = [answer.body for answer in answers if isinstance(answer, actions.Answer)]
    assert len(bodies) == 8, answers
    assert all(body == bodies[0] for body in bodies)
    assert (Report.objects.count(), ReportLine.objects.count(), Intake.objects.count()) == (1, 2, 1)
    assert set(standing.series("D001")) == {"T500", "W550"}


def test_different_files_of_one_week_become_versions_one_after_the_other(cast: Cast) -> None:
    files = [workbook([row("T500", 100, 0, sold)]) for sold in (10, 20, 30, 40)]
    answers = at_once(*(lambda data=data: send(data) for data in files))
    assert all(isinstance(answer, actions.Answer) for answer in answers), answers
    assert sorted(Report.objects.values_list("version", flat=True)) == [1, 2, 3, 4]
    current = Report.objects.get(current=True)
    assert current.version == 4
    assert standing.series("D001") == {"T500": [current.lines.get().sold_units]}


def test_a_waiting_file_taken_in_twice_at_once_makes_one_report(cast: Cast) -> None:
    held = actions.hold(
        distributor_code="D001",
        data=workbook([row("T500", 100, 0, 30)]),
        filename="a.xlsx",
        source="page",
        by=SYSTEM,
        at=AT,
    )
    assert held.intake_id is not None
    answers = at_once(*[lambda: actions.take_in(intake_id=held.intake_id or 0, by=SYSTEM, at=AT)] * 4)
    assert all(isinstance(answer, actions.Answer) for answer in answers), answers
    assert Report.objects.count() == 1


def test_two_closes_at_once_come_to_one_set_of_positions(cast: Cast) -> None:
    for back in (2, 1, 0):
        report("D001", [row("T500", 225, 70, 70)], week=weeks.shift(WEEK, -back))
    results = at_once(*[lambda: actions.close_week(week=WEEK, by=SYSTEM, at=AT)] * 2)
    assert all(isinstance(result, actions.ClosedWeek) for result in results), results
    assert len(standing.found()) == 1


def test_a_report_beside_a_close_is_in_the_position_afterwards(cast: Cast) -> None:
    report("D001", [row("T500", 225, 70, 70)], week=weeks.shift(WEEK, -1))
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    results = at_once(
        lambda: send(workbook([row("T500", 225, 0, 70)])),
        lambda: actions.close_week(week=WEEK, by=SYSTEM, at=AT),
    )
    assert [type(result).__name__ for result in results] == ["Answer", "ClosedWeek"], results
    one = standing.only()
    assert (one.estimated, one.on_hand_units) == (False, 155)
