"""What people say besides: talks with what they agreed, a reply to a finding, counts by hand."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from channelkeeper.access.rules import Actor, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import actions as findings
from channelkeeper.findings import queries as findings_of
from channelkeeper.findings.actions import talks
from channelkeeper.findings.queries import talks as talks_of
from channelkeeper.findings.rules import Outcome, Side, Topic
from channelkeeper.sheets.masters import Values
from channelkeeper.stock import actions as stock
from demo import clerks, stories
from demo.actors import Actors
from demo.mondays import taken
from demo.simulate import Company

COUNTED_PRODUCTS = 6
DISPUTED_KINDS = ("above_band", "slow_moving", "below_band")
REPLIED_KINDS = ("order_above_band", "above_band", "below_band")


def tell(company: Company, now: datetime) -> None:
    """Let people say what the stories hold: counts first, because findings come of them."""
    actors = Actors(company)
    _count(company, actors, now)
    _answer(company, actors, now)
    for told in stories.TALKS:
        place = company.place(told.place)
        if place is not None:
            _talk(company, actors, place, told, now)


def _day(company: Company, weeks_ahead: int, day: int) -> date:
    """Return a day by weeks from the last closed one."""
    return weeks.shift(company.last_week, weeks_ahead) + timedelta(days=day)


def _talk(company: Company, actors: Actors, place: int, told: stories.Told, now: datetime) -> None:
    """Write a talk down when it was held, and what came of its words when they were due."""
    by, code = actors.rep(place, now), company.distributors[place].code
    held_on = min(_day(company, -told.weeks_ago, 3), BUSINESS.day(now))
    at = now if told.finding else min(clerks.instant(held_on, 18), now)
    about = findings_of.listed(by, at=now, filters=findings_of.Filters(kind=told.finding, distributor=code), limit=1)
    talk_id = talks.hold(
        distributor_code=code,
        topic=Topic(told.topic),
        held_on=held_on,
        by=by,
        at=at,
        note=told.note,
        finding_ids=[one.id for one in about] if told.finding else [],
        agreed=[
            talks.Agreed(word.words, Side.US if word.ours else Side.DISTRIBUTOR, _day(company, *word.due))
            for word in told.agreed
        ],
    )
    kept = {one.words: one.id for one in talks_of.one(by, talk_id, at=now).talk.agreements}
    for word in told.agreed:
        if word.kept is not None:
            outcome = Outcome.KEPT if word.kept else Outcome.NOT_KEPT
            decided_at = min(clerks.instant(_day(company, *word.due) + timedelta(days=1), 10), now)
            talks.decide(agreement_id=kept[word.words], outcome=outcome, by=by, at=decided_at, note=word.why)


def _answer(company: Company, actors: Actors, now: datetime) -> None:
    """Let two distributors speak: one disputes its largest finding, one replies to what was found in its order."""
    place = company.place(stories.DECLINES)
    if place is not None:
        by = actors.distributor(place, now)
        if (key := _largest(by, DISPUTED_KINDS, now)) is not None:
            findings.dispute(finding_id=key, by=by, at=now, words=stories.DISPUTED)
    place = company.place(stories.CHANGES)
    if place is not None:
        by = actors.distributor(place, now)
        if (key := _largest(by, REPLIED_KINDS, now)) is not None:
            findings.reply(finding_id=key, by=by, at=now, words=stories.REPLIED)


def _largest(by: Actor, kinds: Sequence[str], now: datetime) -> int | None:
    """Return a distributor's finding of the first of some kinds that it has any of, the most at stake."""
    found = findings_of.listed(by, at=now, filters=findings_of.Filters(positive=False))
    return next((one.id for kind in kinds for one in found if one.kind == kind), None)


def _count(company: Company, actors: Actors, now: datetime) -> None:
    """Count at the one who copies its figures, where the count will differ, and at one who reports what it has."""
    for number in (stories.COUNTED, stories.AGREES):
        place = company.place(number)
        if place is not None:
            by = actors.rep(place, now) if number == stories.AGREES else actors.named("auditor", Role.AUDITOR, now)
            rows = list(_counted(company, place, BUSINESS.day(now)))
            taken(stock.record_counts(rows=rows, source="page", note=stories.COUNT_NOTE, by=by, at=now))


def _counted(company: Company, place: int, counted_on: date) -> Iterator[Values]:
    """Yield what lies in the warehouse of what it has most of, and what has sold since Sunday."""
    ledger, last = company.ledgers[place], company.weeks - 1
    most = sorted(range(len(ledger.products)), key=lambda row: -int(ledger.closing[last, row]))
    for row in most[:COUNTED_PRODUCTS]:
        closing = int(ledger.closing[last, row])
        sold = min(int(ledger.sold[last, row]) * counted_on.weekday() // 7, closing)
        yield {
            "distributor": company.distributors[place].code,
            "product": company.products[ledger.products[row]].code,
            "counted_on": counted_on,
            "units": closing - sold,
            "sold_since": sold,
            "received_since": 0,
        }
