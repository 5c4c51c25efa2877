"""Reports on their way in: taken in whole or not at all, once, as versions, by those who may."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import Cast, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.actions import acceptance
from channelkeeper.stock.models import Intake, OwnCode, OwnUnit, PackedWeeks, Report, ReportLine
from channelkeeper.stock.queries import intakes, reports
from channelkeeper.stock.tests import standing
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row, workbook
from channelkeeper.stock.tests.standing import series

pytestmark = pytest.mark.django_db
AT = monday_after(WEEK)
BEFORE = weeks.shift(WEEK, -1)
GOOD = [row("T500", 100, 48, 60), row("W550", 200, 0, 90, near=5)]


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def send(rows: list[list[object]], *, week: date | None = WEEK, **given: Any) -> actions.Answer:
    asked: dict[str, Any] = {"distributor_code": "D001", "filename": "a.xlsx", "source": "api", "by": SYSTEM, "at": AT}
    return actions.import_report(data=workbook(rows, week=week), **asked | given)


def sold(product: str) -> list[int]:
    """Return the packed sell-out of a product at D001."""
    return series("D001")[product]


def test_a_good_report_is_taken_in_and_answered_in_the_fixed_form(cast: Cast) -> None:
    answer = report("D001", GOOD, by=cast.rep.actor)
    assert answer.body == {
        "status": "accepted",
        "week": "2026-W47",
        "lines": [
            {
                "product": "T500",
                "opening": 100,
                "received": 48,
                "other_in": 0,
                "sold": 60,
                "gifts": 0,
                "losses": 0,
                "returns": 0,
                "closing": 88,
                "near_expiry": 0,
            },
            {
                "product": "W550",
                "opening": 200,
                "received": 0,
                "other_in": 0,
                "sold": 90,
                "gifts": 0,
                "losses": 0,
                "returns": 0,
                "closing": 110,
                "near_expiry": 5,
            },
        ],
        "faults": [],
        "questions": [],
    }
    kept = Report.objects.get()
    assert (kept.version, kept.current, kept.on_time, kept.products, kept.gaps) == (1, True, True, 2, 0)
    assert (kept.by_name, kept.intake.state, kept.intake.report_id) == ("李伟", "accepted", kept.pk)
    line = AuditLine.objects.get(verb="stock.report.accepted")
    assert (line.actor_name, line.distributor_code, line.figures["week"]) == ("李伟", "D001", "2026-W47")


def test_a_dry_run_answers_the_same_and_keeps_nothing(cast: Cast) -> None:
    answer = send(GOOD, dry_run=True)
    assert (answer.status, answer.intake_id, len(answer.body["lines"])) == ("accepted", None, 2)
    faulty = send([row("T500", 1, 1, 1), ["W550", "", "瓶", 1, 1, 0, "约100", 0, 0, 0, 1, 0]], dry_run=True)
    assert (faulty.status, faulty.intake_id) == ("refused", None)
    assert Intake.objects.count() == Report.objects.count() == PackedWeeks.objects.count() == 0
    assert AuditLine.objects.count() == 0


def test_the_same_content_counts_once_and_answers_the_same_again(cast: Cast) -> None:
    first = report("D001", GOOD)
    data = bytes(Intake.objects.get().content)
    again = [
        actions.import_report(
            distributor_code="D001", data=content, filename="other-name.xlsx", source="api", by=SYSTEM, at=AT, week=week
        )
        for content, week in ((data, None), (data, WEEK))
    ]
    assert [one.body for one in again] == [first.body, first.body]
    assert Report.objects.count() == 1
    assert ReportLine.objects.count() == 2


def test_a_file_saved_anew_with_the_same_figures_makes_no_version(cast: Cast) -> None:
    report("D001", GOOD)
    saved_again = workbook([*GOOD, ["备注", "", "", "", "", "", "", "", "", "", "", ""]])
    answer = actions.import_report(
        distributor_code="D001", data=saved_again, filename="b.xlsx", source="api", by=SYSTEM, at=AT
    )
    assert answer.status == "accepted"
    assert Report.objects.count() == 1


def test_the_same_file_of_another_distributor_is_its_own(cast: Cast) -> None:
    report("D001", GOOD)
    report("D002", GOOD)
    assert Report.objects.count() == 2


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(cast: Cast) -> None:
    report("D001", GOOD)
    answer = report("D001", [row("T500", 100, 48, 75)], at=monday_after(WEEK, 20))
    assert answer.status == "accepted"
    assert list(Report.objects.order_by("version").values_list("version", "current", "on_time")) == [
        (1, False, True),
        (2, True, True),  # a correction makes no report late
    ]
    assert sold("T500") == [75]
    assert set(series("D001")) == {"T500"}
    old = reports.report(SYSTEM, at=AT, code="D001", week=WEEK, version=1)
    assert [line.flow.sold for line in old.lines] == [60, 90]


def test_a_superseded_file_names_the_version_that_counts(cast: Cast) -> None:
    report("D001", GOOD)
    report("D001", [row("T500", 100, 48, 75)])
    answer = report("D001", GOOD)
    assert answer.status == "refused"
    (fault,) = answer.body["faults"]
    assert (fault["code"], fault["value"]) == ("superseded", "2026-W47")
    assert "version 2" in fault["message_en"]
    assert "第2版" in fault["message_zh"]
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    ("week", "code"), [(date(2026, 11, 23), "week_not_closed"), (date(2019, 1, 7), "week_too_old")]
)
def test_a_week_that_cannot_be_reported_is_a_fault(cast: Cast, week: date, code: str) -> None:
    answer = report("D001", GOOD, week=week, at=AT)
    assert (answer.status, answer.body["week"]) == ("refused", weeks.label(week))
    assert [fault["code"] for fault in answer.body["faults"]] == [code]
    assert Report.objects.count() == 0


def test_a_report_after_monday_noon_is_late(cast: Cast) -> None:
    report("D001", GOOD, at=monday_after(WEEK, 13))
    assert Report.objects.get().on_time is False


def test_a_faulty_report_goes_in_whole_or_not_at_all(cast: Cast) -> None:
    answer = send([*GOOD, ["M250", "", "瓶", 10, 0, 0, "约100", 0, 0, 0, 10, 0]])
    assert answer.status == "refused"
    assert [(fault["cell"], fault["value"]) for fault in answer.body["faults"]] == [("G5", "约100")]
    assert Report.objects.count() == PackedWeeks.objects.count() == 0
    assert Intake.objects.get().state == "waiting"


def test_too_many_pieces_are_a_fault_of_their_cell(cast: Cast) -> None:
    answer = send([row("T500", 0, 0, 0, 200_000_000)])
    assert [(one["code"], one["cell"]) for one in answer.body["faults"]] == [("too_many_units", "K3")]


def test_a_file_that_is_no_workbook_is_refused(cast: Cast) -> None:
    answer = actions.import_report(
        distributor_code="D001", data=b"%PDF-1.7", filename="a.pdf", source="api", by=SYSTEM, at=AT
    )
    assert (answer.status, answer.body["week"], len(answer.body["faults"])) == ("refused", None, 1)


def test_a_mended_file_is_taken_in_and_its_cells_stay_as_they_came(cast: Cast) -> None:
    sent = send([*GOOD, ["M250", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]])
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": cast.rep.actor, "at": AT}
    with pytest.raises(actions.WrongState, match="1 places are still to mend"):
        actions.take_in(**step)
    actions.mend_cell(**step, sheet="Sheet", cell="g5", text="4")
    answer = actions.take_in(**step)
    assert [line["sold"] for line in answer.body["lines"]] == [60, 90, 4]
    assert b"PK" in bytes(Intake.objects.get().content)
    assert actions.take_in(**step).body == answer.body  # taken in already: the same again
    assert Report.objects.count() == 1


def test_the_raw_file_of_a_mended_one_answers_the_same_again(cast: Cast) -> None:
    rows = [["M250", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]]
    sent = send(rows)
    assert sent.intake_id is not None
    actions.mend_cell(intake_id=sent.intake_id, sheet="Sheet", cell="G3", text="4", by=SYSTEM, at=AT)
    taken = actions.take_in(intake_id=sent.intake_id, by=SYSTEM, at=AT)
    assert send(rows).body == taken.body


def test_mending_is_taken_back(cast: Cast) -> None:
    sent = send([["M250", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]])
    assert sent.intake_id is not None
    for text in ("4", None):
        actions.mend_cell(intake_id=sent.intake_id, sheet="Sheet", cell="G3", text=text, by=SYSTEM, at=AT)
    assert Intake.objects.get().mended == {}


def test_an_answer_is_learned_when_the_file_is_taken_in_and_asked_once(cast: Cast, shelf: Shelf) -> None:
    rows = [["BT-9", "某某冰茶", "瓶", 10, 0, 0, 4, 0, 0, 0, 6, 0], row("W550", 5, 0, 1)]
    sent = send(rows)
    assert sent.intake_id is not None
    (question,) = sent.body["questions"]
    assert (sent.status, question["kind"], question["value"]) == ("questions", "unknown_product", "BT-9")
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": cast.rep.actor, "at": AT}
    actions.answer_question(**step, kind="unknown_product", value="BT-9", answer="T500")
    assert OwnCode.objects.count() == 0
    assert actions.take_in(**step).status == "accepted"
    assert list(OwnCode.objects.values_list("distributor__code", "text", "product__code", "by_name")) == [
        ("D001", "BT-9", "T500", "李伟")
    ]
    assert send(rows, week=BEFORE).status == "accepted"
    assert send(rows, distributor_code="D002").status == "questions"


def test_none_of_ours_is_learned_too(cast: Cast) -> None:
    rows = [["ZZ-1", "别家的酒", "瓶", 10, 0, 0, 4, 0, 0, 0, 6, 0], row("W550", 5, 0, 1)]
    sent = send(rows)
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": SYSTEM, "at": AT}
    actions.answer_question(**step, kind="unknown_product", value="ZZ-1", answer="")
    assert [line["product"] for line in actions.take_in(**step).body["lines"]] == ["W550"]
    assert OwnCode.objects.get().product_id is None
    assert send(rows, week=BEFORE).status == "accepted"


def test_a_unit_is_learned_and_can_be_forgotten(cast: Cast) -> None:
    rows = [["T500", "", "提", 2, 0, 0, 1, 0, 0, 0, 1, 0]]
    sent = send(rows)
    assert sent.intake_id is not None
    assert [question["kind"] for question in sent.body["questions"]] == ["unknown_unit"]
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": SYSTEM, "at": AT}
    actions.answer_question(**step, kind="unknown_unit", value="提", answer="case")
    assert [line["sold"] for line in actions.take_in(**step).body["lines"]] == [24]
    assert send(rows, week=BEFORE).status == "accepted"
    actions.withdraw_unit(distributor_code="D001", unit_id=OwnUnit.objects.get().pk, by=cast.rep.actor, at=AT)
    assert send(rows, week=weeks.shift(WEEK, -2)).status == "questions"


def test_a_code_is_forgotten_by_those_who_see_it(cast: Cast, shelf: Shelf) -> None:
    code = OwnCode.objects.create(distributor=cast.hualian, text="X", product=shelf.tea, learned_at=AT, by_name="李伟")
    with pytest.raises(NotFound):
        actions.withdraw_code(distributor_code="D001", code_id=code.pk, by=cast.other_rep.actor, at=AT)
    with pytest.raises(NotAllowed):
        actions.withdraw_code(distributor_code="D001", code_id=code.pk, by=cast.auditor.actor, at=AT)
    with pytest.raises(NotFound):
        actions.withdraw_code(distributor_code="D002", code_id=code.pk, by=cast.rep.actor, at=AT)
    actions.withdraw_code(distributor_code="D001", code_id=code.pk, by=cast.distributor_user.actor, at=AT)
    assert OwnCode.objects.count() == 0


def test_a_week_is_asked_and_never_guessed(cast: Cast) -> None:
    sent = send(GOOD, week=None)
    assert (sent.status, sent.body["week"]) == ("questions", None)
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": SYSTEM, "at": AT}
    actions.answer_question(**step, kind="week", value="", answer="2026-W46")
    assert actions.take_in(**step).body["week"] == "2026-W46"


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("unknown_product", "NO-SUCH"), ("unknown_unit", "dozen"), ("week", "soon"), ("colour", "red")],
)
def test_what_answers_nothing_is_refused(cast: Cast, kind: str, answer: str) -> None:
    sent = send(GOOD, week=None)
    assert sent.intake_id is not None
    with pytest.raises(actions.NotAnAnswer):
        actions.answer_question(intake_id=sent.intake_id, kind=kind, value="", answer=answer, by=SYSTEM, at=AT)


def test_what_names_no_cell_is_refused(cast: Cast) -> None:
    sent = send(GOOD, week=None)
    assert sent.intake_id is not None
    for cell, text in (("nowhere", "1"), ("G3", "x" * 201)):
        with pytest.raises(actions.NotAnAnswer):
            actions.mend_cell(intake_id=sent.intake_id, sheet="Sheet", cell=cell, text=text, by=SYSTEM, at=AT)


def test_a_file_put_aside_is_settled(cast: Cast) -> None:
    sent = send(GOOD, week=None)
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": cast.rep.actor, "at": AT}
    actions.drop(**step, reason="wrong file")
    for action in (
        lambda: actions.mend_cell(**step, sheet="Sheet", cell="G3", text="1"),
        lambda: actions.answer_question(**step, kind="week", value="", answer="2026-W46"),
        lambda: actions.drop(**step),
        lambda: actions.take_in(**step),
    ):
        with pytest.raises(actions.WrongState, match="settled already"):
            action()
    assert AuditLine.objects.get(verb="stock.intake.dropped").reason == "wrong file"


def test_one_content_waits_once(cast: Cast) -> None:
    first, second = send(GOOD, week=None), send(GOOD, week=None)
    assert first.intake_id == second.intake_id
    assert Intake.objects.count() == 1


def test_the_page_keeps_even_a_good_file_waiting(cast: Cast) -> None:
    data = workbook(GOOD)
    held = actions.hold(distributor_code="D001", data=data, filename="a.xlsx", source="page", by=cast.rep.actor, at=AT)
    assert (held.status, Report.objects.count(), Intake.objects.get().state) == ("accepted", 0, "waiting")
    assert held.intake_id is not None
    assert intakes.intake(cast.rep.actor, at=AT, pk=held.intake_id).to_mend == 0
    actions.import_report(distributor_code="D001", data=data, filename="a.xlsx", source="api", by=SYSTEM, at=AT)
    assert Intake.objects.get().state == "accepted"


@pytest.mark.parametrize("sender", ["headquarters", "manager", "rep", "distributor_user"])
def test_those_who_may_send(cast: Cast, sender: str) -> None:
    assert report("D001", GOOD, by=getattr(cast, sender).actor).status == "accepted"


@pytest.mark.parametrize("sender", ["other_manager", "other_rep", "other_distributor_user"])
def test_a_foreign_distributor_is_not_found(cast: Cast, sender: str) -> None:
    with pytest.raises(NotFound):
        report("D001", GOOD, by=getattr(cast, sender).actor)


def test_an_auditor_changes_nothing(cast: Cast) -> None:
    sent = send(GOOD, week=None)
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": cast.auditor.actor, "at": AT}
    attempts: list[Callable[[], object]] = [
        lambda: report("D001", GOOD, by=cast.auditor.actor),
        lambda: actions.hold(
            distributor_code="D001", data=b"", filename="a", source="page", by=cast.auditor.actor, at=AT
        ),
        lambda: actions.take_in(**step),
        lambda: actions.mend_cell(**step, sheet="Sheet", cell="G3", text="1"),
        lambda: actions.answer_question(**step, kind="week", value="", answer="2026-W46"),
        lambda: actions.drop(**step),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_foreign_files_are_not_found(cast: Cast) -> None:
    sent = send(GOOD, week=None)
    assert sent.intake_id is not None
    step: dict[str, Any] = {"intake_id": sent.intake_id, "by": cast.other_rep.actor, "at": AT}
    for attempt in (
        lambda: actions.take_in(**step),
        lambda: actions.mend_cell(**step, sheet="Sheet", cell="G3", text="1"),
        lambda: actions.drop(**step),
        lambda: intakes.intake(cast.other_rep.actor, at=AT, pk=step["intake_id"]),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_packed_weeks_follow_the_reports_in_any_order(cast: Cast) -> None:
    for back in (0, 3, 1):
        report("D001", [row("T500", 100, 0, 10 + back)], week=weeks.shift(WEEK, -back), at=AT)
    assert sold("T500") == [13, -1, 11, 10]


def test_a_report_that_breaks_off_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    report("D001", GOOD, week=BEFORE)
    before = series("D001")

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(acceptance, "keep_series", full)
    with pytest.raises(OSError, match="No space"):
        report("D001", [row("T500", 88, 0, 1)])
    monkeypatch.undo()
    assert series("D001") == before
    assert Report.objects.filter(week=WEEK).count() == Intake.objects.filter(state="waiting").count() == 0
    assert report("D001", [row("T500", 88, 0, 1)]).status == "accepted"


def test_a_late_report_is_judged_at_once_with_the_indices_of_the_close(cast: Cast) -> None:
    for back in range(9, 0, -1):
        for code in ("D001", "D002"):
            report(code, [row("T500", 200, 70, 70)], week=weeks.shift(WEEK, -back))
    report("D002", [row("T500", 200, 70, 70)])
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    assert standing.found("D001")[0].estimated is True
    report("D001", [row("T500", 200, 0, 70)], by=cast.distributor_user.actor, at=monday_after(WEEK, 15))
    late, other = (standing.found(code)[0] for code in ("D001", "D002"))
    assert (late.estimated, late.on_hand_units, late.week) == (False, 130, WEEK)
    assert late.per_day == pytest.approx(other.per_day)
