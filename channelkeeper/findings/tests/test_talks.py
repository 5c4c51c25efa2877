"""Talks: held, agreed, kept or not (FND-4, FND-5); who may, who reads what, what the pages show."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, NotFound, Refusal
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import rules
from channelkeeper.findings.actions import talks
from channelkeeper.findings.models import Agreement, Finding, Talk, TalkChange
from channelkeeper.findings.queries import talks as reads
from channelkeeper.findings.rules import Due, Outcome, Severity, Side, State, Topic
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast

TODAY = BUSINESS.day(AT)
THURSDAY = date(2026, 12, 3)


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


def finding(cast: Cast, *, at_other: bool = False, on_price: bool = False, subject: str = "") -> Finding:
    """Return a live finding at Hualian, or at another's distributor."""
    return Finding.objects.create(
        kind="above_band", rule="STK-2", subject=subject,
        distributor=cast.xinda if at_other else cast.hualian, week=date(2026, 11, 16),
        first_week=date(2026, 11, 16), looked_week=date(2026, 11, 16), severity=Severity.WARNING.value,
        rests_on_price=on_price, sentence="stock.above_band_one",
        figures={"amount": "8200", "product_zh": "冰红茶", "product_en": "Iced tea", "days": 41},
        created_at=AT, changed_at=AT,
    )  # fmt: skip


def hold(cast: Cast, *, due_on: date = THURSDAY, by: Member | None = None, **more: Any) -> int:
    """Write down a talk at Hualian in which one thing was agreed; return its key."""
    agreed = [talks.Agreed("两周内先卖完再进", Side.DISTRIBUTOR, due_on)]
    told: dict[str, Any] = {"topic": Topic.STOCK, "held_on": TODAY, "note": "老板不太愿意", "agreed": agreed, **more}
    return talks.hold(distributor_code="D001", by=(by or cast.rep).actor, at=AT, **told)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 11, 29), Due.LATER),  # Sunday: it is due in the week after
        (date(2026, 11, 30), Due.SOON),  # Monday of its week
        (date(2026, 12, 3), Due.SOON),  # its day
        (date(2026, 12, 4), Due.OVERDUE),
    ],
)
def test_what_was_agreed_is_due_in_its_week_and_overdue_the_day_after(today: date, due: Due) -> None:
    assert rules.due(due_on=THURSDAY, today=today) is due


def test_a_talk_takes_its_findings_into_talks_and_is_told(cast: Cast) -> None:
    about = finding(cast)
    pk = hold(cast, finding_ids=[about.pk])
    about.refresh_from_db()
    assert about.state == State.IN_TALKS
    found = reads.one(cast.rep.actor, pk, at=AT)
    assert [(one.words, one.whose, one.due_on, one.state) for one in found.talk.agreements] == [
        ("两周内先卖完再进", Side.DISTRIBUTOR, THURSDAY, Outcome.OPEN)
    ]
    assert [view.id for view in found.findings] == [about.pk]
    assert [one.verb for one in found.changes] == ["agreed", "held"]
    audit = AuditLine.objects.get(verb="findings.talk.held")
    assert (audit.distributor_code, audit.figures["findings"]) == ("D001", [about.pk])


def test_a_talk_rests_on_a_price_as_its_finding_does(cast: Cast) -> None:
    pk = hold(cast, finding_ids=[finding(cast, on_price=True).pk])
    assert Talk.objects.get(pk=pk).rests_on_price is True
    assert Talk.objects.get(pk=hold(cast, finding_ids=[finding(cast, subject="T500").pk])).rests_on_price is False


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, "findings.talk_ahead"),
        ({"held_on": TODAY - timedelta(days=61)}, "findings.talk_long_ago"),
        ({"note": "x" * 2001}, "findings.too_long"),
        ({"agreed": [talks.Agreed("  ", Side.US, THURSDAY)]}, "findings.nothing_agreed"),
        ({"due_on": TODAY - timedelta(days=1)}, "findings.due_before_talk"),
        ({"due_on": TODAY + timedelta(days=731)}, "findings.due_too_late"),
    ],
)
def test_a_talk_that_cannot_be_is_refused_and_nothing_is_kept(cast: Cast, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        hold(cast, **more)
    assert refusal.value.code == code
    assert refusal.value.render("zh") != refusal.value.render("en")
    # The caller's transaction ends with the refusal; the action's own leaves nothing behind.
    assert (Talk.objects.count(), Agreement.objects.count(), TalkChange.objects.count()) == (0, 0, 0)


def test_a_finding_of_another_distributor_or_a_closed_one_is_refused(cast: Cast) -> None:
    theirs, closed = finding(cast, at_other=True), finding(cast)
    Finding.objects.filter(pk=closed.pk).update(state=State.DISMISSED)
    for pk in (theirs.pk, closed.pk):
        with pytest.raises(Refusal, match="not this distributor's"):
            hold(cast, finding_ids=[pk])


@pytest.mark.parametrize("who", ["auditor", "distributor_user"])
def test_who_only_reads_writes_no_talk(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        hold(cast, by=getattr(cast, who))


def test_another_rep_finds_neither_the_distributor_nor_the_talk(cast: Cast) -> None:
    with pytest.raises(NotFound):
        hold(cast, by=cast.other_rep)
    pk = hold(cast)
    other: dict[str, Any] = {"by": cast.other_rep.actor, "at": AT}
    agreement = Agreement.objects.get(talk=pk).pk
    with pytest.raises(NotFound):
        reads.one(cast.other_rep.actor, pk, at=AT)
    with pytest.raises(NotFound):
        talks.agree(talk_id=pk, agreed=talks.Agreed("x", Side.US, THURSDAY), **other)
    with pytest.raises(NotFound):
        talks.decide(agreement_id=agreement, outcome=Outcome.KEPT, **other)


def test_kept_needs_no_reason_and_anything_else_does(cast: Cast) -> None:
    agreement = Agreement.objects.get(talk=hold(cast)).pk
    who: dict[str, Any] = {"agreement_id": agreement, "by": cast.rep.actor, "at": AT}
    with pytest.raises(Refusal, match="why"):
        talks.decide(outcome=Outcome.NOT_KEPT, **who)
    talks.decide(outcome=Outcome.KEPT, **who)
    with pytest.raises(Refusal, match="already"):
        talks.decide(outcome=Outcome.KEPT, **who)
    talks.decide(outcome=Outcome.NOT_KEPT, note="其实没有", **who)
    told = TalkChange.objects.filter(agreement=agreement).order_by("pk").values_list("verb", "note")
    assert list(told) == [("agreed", ""), ("kept", ""), ("not_kept", "其实没有")]


def test_what_is_due_is_told_to_whoever_serves_the_distributor(cast: Cast) -> None:
    hold(cast, due_on=TODAY)
    hold(cast, due_on=TODAY + timedelta(days=30))
    late = AT + timedelta(days=2)
    assert [(one.due_on, one.due) for one in reads.due_talks(cast.rep.actor, at=late)] == [(TODAY, Due.OVERDUE)]
    assert reads.due_counts(cast.rep.actor, at=late) == (1, 0)
    assert reads.due_talks(cast.other_rep.actor, at=late) == []


def test_the_distributor_reads_what_was_agreed_but_not_our_note(cast: Cast) -> None:
    pk = hold(cast)
    found = reads.one(cast.distributor_user.actor, pk, at=AT)
    assert (found.talk.note, len(found.talk.agreements)) == ("", 1)
    assert reads.one(cast.rep.actor, pk, at=AT).talk.note == "老板不太愿意"
    with pytest.raises(NotFound):
        reads.one(cast.other_distributor_user.actor, pk, at=AT)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_talk_as_for_three(cast: Cast, count: int) -> None:
    for _ in range(count):
        hold(cast)
    with CaptureQueriesContext(connection) as asked:
        assert len(reads.talk_page(cast.rep.actor, at=AT, filters=reads.Filters()).object_list) == count
    assert len(asked) == 3


def browse(member: Member, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_talk_goes_from_its_finding_to_its_page_and_what_came_of_it(cast: Cast) -> None:
    about = finding(cast)
    client = browse(cast.rep)
    form = client.get(f"/findings/talks/new/?distributor=D001&finding={about.pk}")
    assert form.status_code == 200
    sent = {
        "distributor": "D001", "topic": "stock", "held_on": TODAY.isoformat(), "findings": [str(about.pk)], "note": "",
        "agreed-TOTAL_FORMS": "3", "agreed-INITIAL_FORMS": "0",
        "agreed-0-words": "先卖后进", "agreed-0-whose": "distributor", "agreed-0-due_on": THURSDAY.isoformat(),
        "agreed-1-whose": "distributor", "agreed-2-whose": "distributor",
    }  # fmt: skip
    kept = client.post("/findings/talks/new/", sent, follow=True)
    assert "先卖后进" in kept.content.decode()
    agreement = Agreement.objects.get()
    refused = client.post(f"/findings/talks/agreed/{agreement.pk}/", {"outcome": "not_kept"})
    assert refused.status_code == 422
    client.post(f"/findings/talks/agreed/{agreement.pk}/", {"outcome": "kept"})
    agreement.refresh_from_db()
    assert agreement.state == "kept"
    lacking = {**sent, "agreed-0-due_on": ""}
    assert client.post("/findings/talks/new/", lacking).status_code == 422


def test_without_a_distributor_the_page_asks_with_whom_it_was(cast: Cast) -> None:
    asked = browse(cast.rep).get("/findings/talks/new/")
    assert 'value="D001"' in asked.content.decode()
    foreign = browse(cast.other_rep).get("/findings/talks/new/?distributor=D001")
    assert 'value="D001"' not in foreign.content.decode()
    assert browse(cast.other_rep).post("/findings/talks/new/", {"distributor": "D001"}).status_code == 422
    assert not Talk.objects.exists()


def test_the_list_leaves_as_a_file(cast: Cast) -> None:
    hold(cast)
    found = browse(cast.rep).get("/findings/talks/?format=csv")
    assert "两周内先卖完再进" in found.content.decode("utf-8-sig")


def test_an_empty_list_says_how_the_first_comes(cast: Cast) -> None:
    client = browse(cast.rep)
    assert "No talks yet" in client.get("/findings/talks/").content.decode()
    assert "No talk here" in client.get("/findings/talks/?due=1").content.decode()


def test_an_outsider_reads_404_and_who_only_reads_may_send_nothing(cast: Cast) -> None:
    pk = hold(cast)
    agreement = Agreement.objects.get(talk=pk).pk
    assert browse(cast.other_rep).get(f"/findings/talks/{pk}/").status_code == 404
    for path in ("new/?distributor=D001", f"{pk}/agree/", f"agreed/{agreement}/"):
        assert browse(cast.distributor_user).post(f"/findings/talks/{path}").status_code == 403
        assert browse(cast.other_rep).post(f"/findings/talks/{path}", {"outcome": "kept"}).status_code in {404, 422}
    assert Agreement.objects.get().state == "open"
    assert "老板不太愿意" not in browse(cast.distributor_user).get(f"/findings/talks/{pk}/").content.decode()
