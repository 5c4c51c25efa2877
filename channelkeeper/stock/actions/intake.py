"""
A report on its way in: sent, answered, mended, taken in or dropped.

Files are read before anything is locked, for that may take seconds; then the distributor's
row is locked and everything looked at once more, so that two senders of one file make one report.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check, whole
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import sentences, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.sheets.workbook import place_of
from channelkeeper.stock import reading
from channelkeeper.stock import sheet as sheets
from channelkeeper.stock.actions import close
from channelkeeper.stock.actions.acceptance import UNITS, accept
from channelkeeper.stock.models import Intake, Report
from channelkeeper.stock.reading import fault
from channelkeeper.stock.rules import PERMISSIONS
from channelkeeper.stock.sheet import FIGURES, NO_PRODUCT, Reading

MOST_CHANGES = 500  # a file with more to mend is mended where it was made
LONGEST_TEXT = 200
TRIES = 3
KINDS = {"unknown_product": "products", "unknown_unit": "units", "week": "week"}


class Refusal(ValueError):
    """A step that cannot be taken: a code and figures, said in either language."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(code)
        self.code = f"stock.{code}"
        self.figures = figures

    def say(self, language: str) -> str:
        """Return the refusal in the reader's language."""
        return sentences.render(self.code, self.figures, language)

    def __str__(self) -> str:
        return self.say("en")


class WrongState(Refusal):
    """The file is taken in or dropped already, or is not ready for the step."""


class NotAnAnswer(Refusal):
    """A text that answers no question, or mends no cell."""


@dataclass(frozen=True)
class Answer:
    """
    What became of a file.

    Attributes:
        body: the answer of API and command, plain values; its form is fixed.
        intake_id: the file as kept; None where nothing was kept.
        again: whether this content had been taken in before: nothing was done.
    """

    body: dict[str, Any]
    intake_id: int | None = None
    again: bool = False

    @property
    def status(self) -> str:
        """Return accepted, refused or questions."""
        return str(self.body["status"])


@dataclass(frozen=True)
class _Sender:
    """The distributor whose report it is."""

    pk: int
    code: str


def import_report(
    *,
    distributor_code: str,
    data: bytes,
    filename: str,
    week: date | None = None,
    dry_run: bool = False,
    source: str,
    by: Actor,
    at: datetime,
) -> Answer:
    """
    Take a report in, or say what keeps it out: whole or not at all.

    What was taken in before answers the same again, without a second effect. A file with
    faults or questions is kept waiting, for a person to mend and answer on its page.

    Args:
        distributor_code: whose report it is.
        week: any day of the week asked for; None leaves it to the file.
        dry_run: only say what would come of it; nothing is kept.
        source: page, api or command.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such distributor, or out of scope.
    """
    check(by, "stock.report.accepted", PERMISSIONS)
    sender = _sender(distributor_code, by, at)
    sent = _sent(sender, data, filename, week, source, by, at)
    known = _known(sent)
    if known:
        return known
    found = _read(sent, at)
    if dry_run:
        return Answer(sheets.answer(found))
    answer = _keep(sender, sent, found, by, at)
    _refresh(sender, answer, found, at)
    return answer


def hold(
    *,
    distributor_code: str,
    data: bytes,
    filename: str,
    week: date | None = None,
    source: str,
    by: Actor,
    at: datetime,
) -> Answer:
    """
    Keep a report waiting for a person to look at it and take it in; arguments as `import_report`.

    Content that was taken in already answers with the report that it became.
    """
    check(by, "stock.report.held", PERMISSIONS)
    sender = _sender(distributor_code, by, at)
    sent = _sent(sender, data, filename, week, source, by, at)
    known = _known(sent)
    if known:
        return known
    found = _read(sent, at)
    with transaction.atomic():
        _lock(sender.pk, by, at)
        kept = _wait(sender, sent, found, by, at)
    return Answer(sheets.answer(found), kept.pk)


def take_in(*, intake_id: int, by: Actor, at: datetime) -> Answer:
    """
    Take a waiting file in, once nothing holds it back; taken in already, it answers the same again.

    Raises:
        NotAllowed, NotFound: as `import_report`.
        WrongState: faults or questions are left, or it was dropped.
    """
    check(by, "stock.report.accepted", PERMISSIONS)
    for _ in range(TRIES):
        intake = _intake(intake_id, by, at)
        known = _known(intake)
        if known:
            _settle(intake, known)
            return known
        found = _read(intake, at)
        sender = _Sender(intake.distributor_id, intake.distributor.code)
        answer = _take(sender, intake, found, by, at)
        if answer:
            _refresh(sender, answer, found, at)
            return answer
    raise WrongState("not_waiting")


def answer_question(*, intake_id: int, kind: str, value: str, answer: str, by: Actor, at: datetime) -> None:
    """
    Answer a question of a waiting file; the answer is learned when the file is taken in.

    Args:
        kind: unknown_product, unknown_unit or week.
        value: the question's value, or its `sheet!cell` for this one place only.
        answer: a product's code, empty for "none of ours"; case or piece; or a week.

    Raises:
        NotAllowed, NotFound: as `import_report`.
        NotAnAnswer: no product, unit or week of that name.
        WrongState: the file is settled.
    """
    check(by, "stock.intake.answered", PERMISSIONS)
    told = _checked_answer(kind, answer)
    with transaction.atomic():
        intake = _waiting(intake_id, by, at)
        if kind == "week":
            intake.answers = {**intake.answers, "week": told}
        else:
            asked = {**intake.answers.get(KINDS[kind], {}), value[:LONGEST_TEXT]: told}
            intake.answers = {**intake.answers, KINDS[kind]: asked}
        _check_size(len(intake.answers.get("products", {})) + len(intake.answers.get("units", {})))
        intake.save(update_fields=["answers"])
        _note("stock.intake.answered", intake, by, at, {"kind": kind, "value": value[:LONGEST_TEXT], "answer": told})


def mend_cell(*, intake_id: int, sheet: str, cell: str, text: str | None, by: Actor, at: datetime) -> None:
    """
    Write something else in place of a cell; the file as it came stays untouched.

    Args:
        sheet, cell: where, as G14.
        text: what to read instead; None takes the mending back.

    Raises:
        NotAllowed, NotFound, WrongState: as `answer_question`.
        NotAnAnswer: no such cell can be, or the text is too long.
    """
    check(by, "stock.intake.mended", PERMISSIONS)
    _check_cell(cell, text)
    with transaction.atomic():
        intake = _waiting(intake_id, by, at)
        key = f"{sheet}!{cell.upper()}"
        mended = {place: written for place, written in intake.mended.items() if place != key}
        intake.mended = mended if text is None else {**mended, key: text}
        _check_size(len(intake.mended))
        intake.save(update_fields=["mended"])
        _note("stock.intake.mended", intake, by, at, {"place": key, "text": text})


def drop(*, intake_id: int, by: Actor, at: datetime, reason: str = "") -> None:
    """Put a waiting file aside: it is kept and will not be taken in; raises as `answer_question`."""
    check(by, "stock.intake.dropped", PERMISSIONS)
    with transaction.atomic():
        intake = _waiting(intake_id, by, at)
        intake.state = Intake.State.DROPPED
        intake.save(update_fields=["state"])
        _note("stock.intake.dropped", intake, by, at, {}, reason)


def _sender(code: str, by: Actor, at: datetime) -> _Sender:
    found = visible(by, at=at).filter(code=code).values_list("pk", "code").first()
    if found is None:
        raise NotFound(f"No distributor {code}.")
    return _Sender(*found)


def _sent(
    sender: _Sender, data: bytes, filename: str, week: date | None, source: str, by: Actor, at: datetime
) -> Intake:
    """Return the waiting file of this content, or a new one that is not kept yet."""
    asked = weeks.monday_of(week) if week else None
    digest = sha256(data).hexdigest()
    waiting = Intake.objects.filter(distributor_id=sender.pk, sha256=digest, state=Intake.State.WAITING)
    return waiting.filter(week_asked=asked).order_by("pk").first() or Intake(
        distributor_id=sender.pk,
        filename=filename[:LONGEST_TEXT],
        content=data,
        sha256=digest,
        source=source,
        week_asked=asked,
        received_at=at,
        by_id=by.user_id,
        by_name=by.name,
    )


def _known(sent: Intake) -> Answer | None:
    """Return the answer to content that was taken in before: the same again, or that it is superseded."""
    before = Intake.objects.filter(
        distributor_id=sent.distributor_id, sha256=sent.sha256, state=Intake.State.ACCEPTED
    ).defer("content")
    if sent.pk and sent.state == Intake.State.ACCEPTED:
        before = before.filter(pk=sent.pk)
    elif sent.pk and sent.mended:
        return None  # a person has changed it since: it is a correction
    elif sent.week_asked:
        before = before.filter(report__week=sent.week_asked)
    latest = before.select_related("report").order_by("-received_at", "-pk").first()
    if latest is None or latest.report is None:
        return None
    if latest.report.current:
        return Answer(_accepted(latest.report), latest.pk, again=True)
    return Answer(_superseded(latest.report), again=True)


def _accepted(report: Report) -> dict[str, Any]:
    """Return the answer to a report that was taken in, its lines in the order of the file."""
    rows = report.lines.order_by("pk").values_list("product__code", *UNITS)
    return {
        "status": "accepted",
        "week": weeks.label(report.week),
        "lines": [dict(zip(("product", *FIGURES), row, strict=True)) for row in rows],
        "faults": [],
        "questions": [],
    }


def _superseded(report: Report) -> dict[str, Any]:
    newer = Report.objects.get(distributor_id=report.distributor_id, week=report.week, current=True)
    figures = {
        "received_on": BUSINESS.day(report.received_at).isoformat(),
        "newer_on": BUSINESS.day(newer.received_at).isoformat(),
        "version": newer.version,
    }
    said = fault("superseded", figures, value=weeks.label(report.week))
    body = sheets.answer(reading.NOTHING) | {"status": "refused", "week": weeks.label(report.week)}
    names = ("sheet", "cell", "value", "code", "message_zh", "message_en")
    return body | {"faults": [{name: getattr(said, name) for name in names}]}


def _read(intake: Intake, at: datetime) -> Reading:
    return reading.read(file_of(intake), last_closed=BUSINESS.last_closed_week(at))


def file_of(intake: Intake) -> reading.File:
    """Return a kept file as it is read."""
    return reading.File(
        intake.distributor_id,
        bytes(intake.content),
        intake.filename,
        intake.week_asked,
        intake.answers,
        intake.mended,
    )


def _keep(sender: _Sender, sent: Intake, found: Reading, by: Actor, at: datetime) -> Answer:
    """Take a new file in, or keep it waiting; another may have sent the same meanwhile."""
    with transaction.atomic():
        _lock(sender.pk, by, at)
        known = _known(sent)
        if known:
            return known
        if found.status != "accepted":
            kept = _wait(sender, sent, found, by, at)
            return Answer(sheets.answer(found), kept.pk)
        sent.save()
        report = accept(sent, found, distributor_code=sender.code, by=by, at=at)
        return Answer(_accepted(report), sent.pk)


def _wait(sender: _Sender, sent: Intake, found: Reading, by: Actor, at: datetime) -> Intake:
    """Keep a file waiting, once; the distributor is locked."""
    again = Intake.objects.filter(
        distributor_id=sender.pk, sha256=sent.sha256, state=Intake.State.WAITING, week_asked=sent.week_asked
    ).first()
    if again:
        return again
    sent.save()
    figures = {"file": sent.filename, "faults": len(found.faults), "questions": len(found.questions)}
    access.record(
        "stock.report.held",
        by=by,
        at=at,
        subject=("intake", sent.pk),
        distributor_code=sender.code,
        figures=figures,
    )
    return sent


def _settle(intake: Intake, known: Answer) -> None:
    """Let a waiting file point to the report that its content became by another way."""
    same = Intake.objects.filter(pk=known.intake_id or 0).values_list("report_id", flat=True).first()
    if same:
        Intake.objects.filter(pk=intake.pk, state=Intake.State.WAITING).update(
            state=Intake.State.ACCEPTED, report_id=same
        )


def _take(sender: _Sender, intake: Intake, found: Reading, by: Actor, at: datetime) -> Answer | None:
    """Take a waiting file in as it was read; None where it was changed meanwhile and must be read again."""
    with transaction.atomic():
        _lock(sender.pk, by, at)
        now = Intake.objects.defer("content").get(pk=intake.pk)
        if (now.state, now.answers, now.mended) != (intake.state, intake.answers, intake.mended):
            return None
        if now.state != Intake.State.WAITING:
            raise WrongState("not_waiting")
        if found.status != "accepted":
            raise WrongState("still_faulty", left=len(found.faults) + len(found.questions))
        report = accept(intake, found, distributor_code=sender.code, by=by, at=at)
        return Answer(_accepted(report), intake.pk)


def _refresh(sender: _Sender, answer: Answer, found: Reading, at: datetime) -> None:
    """
    Close its week, and the last one, once more for a distributor whose report came after the close.

    Apart from taking it in: a report that is in stays in, and the next close does the same.
    """
    if answer.again or answer.status != "accepted" or found.week is None:
        return
    for week in sorted({found.week, BUSINESS.last_closed_week(at)}):
        if close.is_closed(week):
            system = whole(f"report of {sender.code} after the close")
            close.refresh(distributor_id=sender.pk, week=week, by=system, at=at)


def _intake(intake_id: int, by: Actor, at: datetime) -> Intake:
    found = (
        Intake.objects.select_related("distributor").filter(pk=intake_id, distributor__in=visible(by, at=at)).first()
    )
    if found is None:
        raise NotFound("No such file.")
    return found


def _waiting(intake_id: int, by: Actor, at: datetime) -> Intake:
    """Return a waiting file with its distributor locked."""
    _lock(_intake(intake_id, by, at).distributor_id, by, at)
    intake = _intake(intake_id, by, at)
    if intake.state != Intake.State.WAITING:
        raise WrongState("not_waiting")
    return intake


def _lock(distributor_id: int, by: Actor, at: datetime) -> None:
    """Lock the distributor's row, so that its reports come in one after the other (SQLite locks as a whole)."""
    list(visible(by, at=at).filter(pk=distributor_id).select_for_update(of=("self",)).values_list("pk"))


def _checked_answer(kind: str, answer: str) -> str:
    """Return an answer as it is kept; raises NotAnAnswer."""
    text = answer.strip()
    if kind == "unknown_product" and (text == NO_PRODUCT or catalog.identities(codes=[text])):
        return text
    if kind == "unknown_unit" and text in {"case", "piece"}:
        return text
    if kind == "week":
        try:
            return weeks.parse(text).isoformat()
        except weeks.WeekError as error:
            raise NotAnAnswer("not_an_answer", value=text[:LONGEST_TEXT]) from error
    raise NotAnAnswer("not_an_answer", value=text[:LONGEST_TEXT])


def _check_cell(cell: str, text: str | None) -> None:
    try:
        place_of(cell)
    except ValueError as error:
        raise NotAnAnswer("not_a_cell", cell=cell[:LONGEST_TEXT]) from error
    if text is not None and len(text) > LONGEST_TEXT:
        raise NotAnAnswer("not_an_answer", value=text[:LONGEST_TEXT])


def _check_size(changes: int) -> None:
    if changes > MOST_CHANGES:
        raise NotAnAnswer("too_many_changes", most=MOST_CHANGES)


def _note(verb: str, intake: Intake, by: Actor, at: datetime, figures: dict[str, Any], reason: str = "") -> None:
    access.record(
        verb,
        by=by,
        at=at,
        subject=("intake", intake.pk),
        distributor_code=intake.distributor.code,
        reason=reason,
        figures=figures,
    )
