import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from typer.testing import CliRunner

from channelkeeper.access.models import Token
from channelkeeper.access.rules import whole
from channelkeeper.core.sentences import Text
from channelkeeper.findings import actions, cli, queries
from channelkeeper.findings.actions import talks
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Observation, Severity, Side, State, Topic
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.web import links

pytestmark = pytest.mark.django_db
W46 = date(2026, 11, 9)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


def browse(member: Member, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def observe(distributor: Distributor, *subjects: str, kind: str = "above_band", good: bool = False) -> None:
    actions.sync(
        kinds={("STK-2", kind)},
        observations=[
            Observation(
                kind,
                "STK-2",
                distributor.pk,
                W46,
                Severity.GOOD if good else Severity.WARNING,
                f"findings.kind_{kind}",
                evidence=(("trial", "record", 7),),
                stake=Decimal("0.00") if good else Decimal("900.00"),
                subject=subject,
            )
            for subject in subjects
        ],
        week=W46,
        by=whole("test of findings"),
        at=AT,
        distributor_ids=[distributor.pk],
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_three(cast: Cast, number: int) -> None:
    observe(cast.hualian, *(f"P{index}" for index in range(number)))
    client = browse(cast.rep)
    client.get(reverse("findings:list"))
    with CaptureQueriesContext(connection) as counted:
        page = client.get(reverse("findings:list"))
    assert page.content.decode().count('data-href="/findings/') == number
    # Session, user, the actor's user, grants and place; tally, kinds, offices, reps, one side.
    assert len(counted) == 10


def test_the_list_says_what_who_since_when_and_how_sure(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    observe(cast.yongsheng, "", kind="kept_in_band", good=True)
    text = browse(cast.rep).get(reverse("findings:list")).content.decode()
    for said in (
        "1 matter to talk about, ¥900 at stake; 1 thing goes well.",
        "Hualian Trading",
        "week 46",
        "as reported",
    ):
        assert said in text
    chinese = browse(cast.rep, "zh-hans").get(reverse("findings:list")).content.decode()
    for said in ("1件事要谈，涉及900元；1件做得好。", "华联商贸", "第46周", "按周报"):
        assert said in chinese


def test_an_empty_list_says_how_the_first_comes_and_a_filter_offers_to_clear(cast: Cast) -> None:
    client = browse(cast.rep)
    assert "No findings yet" in client.get(reverse("findings:list")).content.decode()
    assert "Show all that stand" in client.get(reverse("findings:list") + "?state=resolved").content.decode()


def test_htmx_gets_the_rows_alone(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    fragment = browse(cast.rep).get(reverse("findings:list"), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Hualian Trading" in fragment


def test_an_outsider_finds_nothing(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    for outsider in (cast.other_rep, cast.other_manager, cast.other_distributor_user):
        client = browse(outsider)
        assert "Hualian" not in client.get(reverse("findings:list")).content.decode()
        assert client.get(reverse("findings:finding", args=[finding.pk])).status_code == 404
    staff = browse(cast.other_rep)
    assert staff.post(reverse("findings:step", args=[finding.pk]), {"to": "in_talks"}).status_code == 404
    assert staff.post(reverse("findings:settle", args=[finding.pk]), {"words": "x"}).status_code == 404
    own = browse(cast.other_distributor_user)
    assert own.post(reverse("findings:dispute", args=[finding.pk]), {"words": "x"}).status_code == 404


def test_roles_that_may_not_act_are_refused(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    for member in (cast.auditor, cast.distributor_user):
        assert browse(member).post(reverse("findings:step", args=[finding.pk]), {"to": "in_talks"}).status_code == 403
        assert browse(member).post(reverse("findings:settle", args=[finding.pk]), {"words": "x"}).status_code == 403
    assert browse(cast.rep).post(reverse("findings:dispute", args=[finding.pk]), {"words": "x"}).status_code == 403


def test_a_rep_talks_about_a_finding_and_closes_it_with_a_reason(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    client = browse(cast.rep)
    address = reverse("findings:step", args=[finding.pk])
    assert client.post(address, {"to": "in_talks"}).status_code == 302
    refused = client.post(address, {"to": "resolved", "reason": " "})
    assert refused.status_code == 422
    assert "Write a few words" in refused.content.decode()
    assert client.post(address, {"to": "resolved", "reason": "sold down"}).status_code == 302
    late = client.post(address, {"to": "in_talks"})
    assert late.status_code == 422
    assert "changed in the meantime" in late.content.decode()
    page = client.get(reverse("findings:finding", args=[finding.pk])).content.decode()
    assert "Was resolved: sold down" in page


def test_a_step_to_nowhere_is_refused(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    for to in ("withdrawn", "burnt", ""):
        page = browse(cast.rep).post(reverse("findings:step", args=[finding.pk]), {"to": to, "reason": "x"})
        assert page.status_code == 422
    assert Finding.objects.get().state == "open"


def test_a_distributor_disputes_its_finding_and_staff_settle_it(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    own, rep = browse(cast.distributor_user), browse(cast.rep)
    assert own.post(reverse("findings:dispute", args=[finding.pk]), {"words": ""}).status_code == 422
    assert own.post(reverse("findings:dispute", args=[finding.pk]), {"words": "we counted 12"}).status_code == 302
    assert "Dispute it" not in own.get(reverse("findings:finding", args=[finding.pk])).content.decode()
    page = rep.get(reverse("findings:finding", args=[finding.pk])).content.decode()
    assert "Disputed by the distributor: we counted 12" in page
    assert rep.post(reverse("findings:settle", args=[finding.pk]), {"words": ""}).status_code == 422
    assert rep.post(reverse("findings:settle", args=[finding.pk]), {"words": "12 it is"}).status_code == 302
    assert Finding.objects.get().disputed is False


@pytest.fixture
def trial_links() -> Iterator[None]:
    link = links.Link(Text("第46周周报", "Report of week 46"), "/reports/7/")
    links.register("trial", {"record": lambda actor, keys, at: dict.fromkeys(keys, link)})
    yield
    links.register("trial", {"record": lambda actor, keys, at: {}})


@pytest.mark.usefixtures("trial_links")
def test_evidence_is_linked_where_its_room_shows_it(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    page = browse(cast.rep).get(reverse("findings:finding", args=[Finding.objects.get().pk])).content.decode()
    assert '<a href="/reports/7/">Report of week 46</a>' in page


def test_the_products_of_a_finding_are_listed_with_the_figures_that_all_have(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    listed = [
        {"product": "T500", "product_zh": "冰红茶", "product_en": "Iced tea", "days": 5.83, "on_hand_units": 1512},
        {"product": "W550", "product_zh": "纯净水", "product_en": "Water", "days": 80, "written": 12},
    ]
    Finding.objects.update(figures={"products": listed})
    page = browse(cast.rep).get(reverse("findings:finding", args=[Finding.objects.get().pk])).content.decode()
    table = page[page.index("Which products?") :]
    for said in ("Iced tea", "Inventory days", "5.8", "80.0"):
        assert said in table
    assert "1,512" not in table


def test_evidence_that_no_room_shows_is_left_out(cast: Cast) -> None:
    found = links.resolve([("nowhere", "record", 7)], cast.rep.actor, at=AT)
    assert found == []


def call(member: Member, path: str, body: object = None) -> tuple[int, object]:
    """Ask the API as a member's program; return status and answer."""

    secret = f"token-{member.user.login}"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    Token.objects.get_or_create(
        digest=digest,
        defaults={"user": member.user, "role": member.actor.role.value, "label": "test", "created_at": AT},
    )
    client = Client(headers={"authorization": f"Bearer {secret}"})
    address = f"/api/v1/findings{path}"
    answer = (
        client.get(address) if body is None else client.post(address, json.dumps(body), content_type="application/json")
    )
    return answer.status_code, answer.json()


def test_programs_read_findings_in_scope(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    observe(cast.xinda, "T500")
    status, answer = call(cast.rep, "")
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["count"] == 1
    found = answer["findings"][0]
    assert (found["distributor"], found["week"], found["stake"], found["currency"]) == (
        "D001",
        "2026-W46",
        "900.00",
        "CNY",
    )
    assert (found["message_zh"], found["message_en"]) == ("压货", "Lies above the band")
    assert call(cast.other_rep, f"/{found['id']}")[0] == 404
    assert call(cast.auditor, f"/{found['id']}")[0] == 200


def test_programs_step_dispute_and_settle(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    key = Finding.objects.get().pk
    assert call(cast.auditor, f"/{key}/state", {"state": "in_talks"})[0] == 403
    assert call(cast.other_rep, f"/{key}/state", {"state": "in_talks"})[0] == 404
    assert call(cast.rep, f"/{key}/state", {"state": "dismissed"})[0] == 422
    status, answer = call(cast.rep, f"/{key}/state", {"state": "in_talks"})
    assert isinstance(answer, dict)
    assert (status, answer["finding"]["state"], len(answer["changes"])) == (200, "in_talks", 2)
    assert call(cast.rep, f"/{key}/dispute", {"words": "no"})[0] == 403
    assert call(cast.distributor_user, f"/{key}/dispute", {"words": "no"})[0] == 200
    status, answer = call(cast.rep, f"/{key}/dispute/settle", {"words": "counted"})
    assert isinstance(answer, dict)
    assert (status, answer["finding"]["disputed"]) == (200, False)


def test_the_command_lists_and_shows_findings_as_json(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    listed = CliRunner().invoke(cli.app, ["list", "--json"])
    assert listed.exit_code == 0
    assert [(one["distributor"], one["state"]) for one in json.loads(listed.stdout)] == [("D001", "open")]
    key = Finding.objects.get().pk
    shown = CliRunner().invoke(cli.app, ["show", str(key), "--json"])
    assert json.loads(shown.stdout)["changes"][0]["after"] == "open"
    assert CliRunner().invoke(cli.app, ["show", "999"]).exit_code == 1
    assert "压货" in CliRunner().invoke(cli.app, ["list", "--kind", "above_band"]).stdout
    assert CliRunner().invoke(cli.app, ["list", "--state", "resolved", "--json"]).stdout == "[]\n"
    assert "压货" in CliRunner().invoke(cli.app, ["show", str(key)]).stdout


def test_a_finding_out_of_range_of_a_page_is_on_the_next(cast: Cast) -> None:
    observe(cast.hualian, *(f"P{index:03d}" for index in range(101)))
    assert queries.tally(cast.rep.actor, at=AT).bad == 101
    client = browse(cast.rep)
    assert client.get(reverse("findings:list") + "?show=bad").content.decode().count('<li data-href="/findings/') == 100
    assert (
        client.get(reverse("findings:list") + "?show=bad&page=2").content.decode().count('<li data-href="/findings/')
        == 1
    )


def test_the_state_of_a_finding_reads_in_the_readers_language(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    key = Finding.objects.get().pk
    actions.step(finding_id=key, to=State.IN_TALKS, by=cast.rep.actor, at=AT)
    assert "在谈" in browse(cast.rep, "zh-hans").get(reverse("findings:finding", args=[key])).content.decode()


# ------------------------------------------------------------------ both sides, filters, files


def test_what_goes_well_has_as_much_place_as_what_does_not(cast: Cast) -> None:
    observe(cast.hualian, *(f"P{index:02d}" for index in range(15)))
    observe(cast.hualian, *(f"G{index:02d}" for index in range(14)), kind="kept_in_band", good=True)
    page = browse(cast.rep).get(reverse("findings:list")).content.decode()
    bad, good = page.partition("What is to be talked about?")[2].split("What goes well?")
    assert bad.count('data-href="/findings/') == good.count('data-href="/findings/') == 12
    assert 'href="?show=bad">All 15' in bad
    assert 'href="?show=good">All 14' in good
    whole_side = browse(cast.rep).get(reverse("findings:list") + "?show=good").content.decode()
    assert whole_side.count('<li data-href="/findings/') == 14


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["D001", "D002", "D003"]),
        ("?office=E1", ["D001", "D002"]),
        ("?rep=Y01", ["D003"]),
        ("?office=E1&rep=Y01", []),
        ("?stake=1000", []),
        ("?stake=nonsense", ["D001", "D002", "D003"]),
        ("?distributor=D002", ["D002"]),
    ],
)
def test_the_list_narrows_by_office_rep_and_stake_and_goes_out_so(cast: Cast, asked: str, codes: list[str]) -> None:
    for distributor in (cast.hualian, cast.yongsheng, cast.xinda):
        observe(distributor, "T500")
    answer = browse(cast.headquarters).get(f"/findings/{asked or '?'}&format=json")
    assert sorted(row["distributor"] for row in json.loads(answer.content)["rows"]) == codes


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "pdf"])
def test_findings_go_out_in_every_form(cast: Cast, form: str) -> None:
    observe(cast.hualian, "T500")
    answer = browse(cast.rep).get(f"/findings/?format={form}")
    assert answer.status_code == 200
    assert f"findings.{form}" in answer["Content-Disposition"]


def test_a_file_holds_nothing_of_a_foreign_distributor(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    told = json.loads(browse(cast.other_rep).get("/findings/?distributor=D001&format=json").content)
    assert told["rows"] == []


def test_headquarters_chooses_an_office_then_a_rep(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    observe(cast.xinda, "T500")
    page = browse(cast.headquarters).get("/findings/").content.decode()
    assert 'href="?office=E1"' in page
    assert "?rep=" not in page
    assert "from ¥10,000" in page
    assert "All offices" not in browse(cast.rep).get("/findings/").content.decode()


# ------------------------------------------------------------------ the distributor's own words


def test_a_distributor_replies_in_its_own_words_and_its_rep_reads_them(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    own = browse(cast.distributor_user)
    assert "Say something to it" in own.get(reverse("findings:finding", args=[finding.pk])).content.decode()
    address = reverse("findings:reply", args=[finding.pk])
    assert own.post(address, {"words": "Two lorries broke down"}).status_code == 302
    assert "Two lorries broke down" in browse(cast.rep).get(f"/findings/{finding.pk}/").content.decode()
    finding.refresh_from_db()
    assert (finding.state, finding.disputed) == ("open", False)


def test_a_reply_needs_words_and_a_finding_that_stands(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    own, address = browse(cast.distributor_user), reverse("findings:reply", args=[finding.pk])
    assert own.post(address, {"words": "  "}).status_code == 422
    actions.resolve(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="done")
    assert own.post(address, {"words": "too late"}).status_code == 422


def test_replies_are_the_distributors_alone(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    address = reverse("findings:reply", args=[Finding.objects.get().pk])
    for member in (cast.rep, cast.manager, cast.headquarters, cast.auditor):
        assert browse(member).post(address, {"words": "x"}).status_code == 403
    assert browse(cast.other_distributor_user).post(address, {"words": "x"}).status_code == 404


def test_a_reply_is_kept_in_the_history(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    actions.reply(finding_id=finding.pk, by=cast.distributor_user.actor, at=AT, words="seen")
    detail = queries.one(cast.rep.actor, finding.pk, at=AT)
    assert [(change.after, change.reason) for change in detail.changes] == [("replied", "seen"), ("open", "")]


def test_what_was_agreed_stands_with_the_finding_and_on_the_distributors_page(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    talks.hold(
        distributor_code="D001",
        topic=Topic.STOCK,
        held_on=AT.date(),
        note="ours alone",
        finding_ids=[finding.pk],
        agreed=[talks.Agreed("Sell two pallets first", Side.DISTRIBUTOR, date(2026, 12, 3))],
        by=cast.rep.actor,
        at=AT,
    )
    own = browse(cast.distributor_user)
    for page in (own.get("/findings/"), own.get(f"/findings/{finding.pk}/")):
        assert "Sell two pallets first" in page.content.decode()
        assert "ours alone" not in page.content.decode()
    assert "Sell two pallets first" not in browse(cast.other_distributor_user).get("/findings/").content.decode()


# ------------------------------------------------------------------ over by itself, cells


def test_a_finding_that_was_over_by_itself_says_in_which_week(cast: Cast) -> None:
    """FND-2: clean in weeks 47 and 48 it is resolved, and the page says so."""
    observe(cast.hualian, "T500")
    for week in (date(2026, 11, 16), date(2026, 11, 23)):
        actions.sync(
            kinds={("STK-2", "above_band")},
            observations=[],
            week=week,
            by=whole("test of findings"),
            at=AT,
            distributor_ids=[cast.hualian.pk],
        )
    finding = Finding.objects.get()
    page = browse(cast.rep).get(f"/findings/{finding.pk}/").content.decode()
    assert "week 48, after 2 clean weeks" in page
    assert "Resolved itself in week 48, after 2 clean weeks" in page
    assert "resolved itself" in browse(cast.rep).get("/findings/?state=resolved").content.decode()
    closed = queries.one(cast.rep.actor, finding.pk, at=AT).finding
    assert (closed.resolved_itself, closed.record()["looked_week"]) == (True, "2026-W48")


def test_a_finding_that_a_person_closed_does_not_claim_to_be_over_by_itself(cast: Cast) -> None:
    observe(cast.hualian, "T500")
    finding = Finding.objects.get()
    actions.resolve(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="done")
    assert queries.one(cast.rep.actor, finding.pk, at=AT).finding.resolved_itself is False
    assert "Resolved itself" not in browse(cast.rep).get(f"/findings/{finding.pk}/").content.decode()
