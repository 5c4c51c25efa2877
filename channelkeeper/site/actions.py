"""
The weekly run: close the week, propose the next orders, score the proposals whose weeks have passed.

Each step is a run of its own that goes on where it was broken off; this one only remembers which steps are done, so
that a second start does not do them over. What it comes to is the same however often it is killed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from channelkeeper.access.rules import Actor, check
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import actions as jobs
from channelkeeper.jobs.queries import run_of
from channelkeeper.orders import actions as orders
from channelkeeper.orders.actions.record import KIND as SCORING
from channelkeeper.stock import actions as stock
from channelkeeper.stock import rules as stock_rules

KIND = "weekly"
RESCORED_WEEKS = 4  # a report that comes later than a month after its weeks were scored waits for `orders score`
Tell = Callable[[str, int, int], None]


@dataclass
class WeeklyRun:
    """
    What a weekly run came to; a step that an earlier start had done already is None, or left out of `scored`.

    Attributes:
        week: the closed week.
        continued: whether an earlier start was broken off.
        closed, proposed: what the close and the proposals came to.
        scored: the weeks whose proposals were scored, oldest first.
    """

    week: date
    continued: bool = False
    closed: stock.ClosedWeek | None = None
    proposed: orders.ProposedWeek | None = None
    scored: list[orders.ScoredWeek] = field(default_factory=list)


def run_week(*, week: date, by: Actor, at: datetime, tell: Tell | None = None) -> WeeklyRun:
    """
    Close a week, propose what follows it, and score the proposals whose weeks have passed: the last four due, and
    whatever was never scored before.

    Args:
        week: the closed week, a Monday.
        tell: told (step, done, in all) after every chunk; steps are `close`, `propose`, and `score` with its week.

    Raises:
        NotAllowed: the actor may not.
        NotClosed: the week has not ended.
    """
    check(by, "stock.week.closed", stock_rules.PERMISSIONS)
    stock_rules.check_closable(week, last_closed=BUSINESS.last_closed_week(at))
    due = _to_score(orders.due_weeks(by=by, at=at))
    found = WeeklyRun(week)
    steps = {"close": partial(_close, found, by, at, tell), "propose": partial(_propose, found, by, at, tell)}
    steps |= {f"score {weeks.label(one)}": partial(_score, found, one, by, at, tell) for one in due}
    run = jobs.start(kind=KIND, key=weeks.label(week), total=len(steps), at=at)
    found.continued = run.continued
    names = list(steps)
    behind = names.index(run.last_key) + 1 if run.last_key in steps else 0
    try:
        for done, name in enumerate(names[behind:], start=behind + 1):
            steps[name]()
            jobs.step(run_id=run.run_id, last_key=name, done=done, at=at)
    except BaseException as error:
        jobs.fail(run_id=run.run_id, at=at, message=f"{type(error).__name__}: {error}")
        raise
    jobs.finish(run_id=run.run_id, at=at)
    return found


def _to_score(due: Sequence[date]) -> list[date]:
    """Return the weeks to score now: the last ones that are due, and those before them that never were to the end."""
    done = {
        one
        for one in due[:-RESCORED_WEEKS]
        if (run := run_of(kind=SCORING, key=weeks.label(one))) is not None and run.state == "done"
    }
    return [one for one in due if one not in done]


def _close(found: WeeklyRun, by: Actor, at: datetime, tell: Tell | None) -> None:
    found.closed = stock.close_week(week=found.week, by=by, at=at, progress=_told(tell, "close"))


def _propose(found: WeeklyRun, by: Actor, at: datetime, tell: Tell | None) -> None:
    found.proposed = orders.propose(week=found.week, by=by, at=at, progress=_told(tell, "propose"))


def _score(found: WeeklyRun, week: date, by: Actor, at: datetime, tell: Tell | None) -> None:
    progress = _told(tell, f"score {weeks.label(week)}")
    found.scored.append(orders.score(week=week, by=by, at=at, progress=progress))


def _told(tell: Tell | None, step: str) -> Callable[[int, int], None] | None:
    return partial(tell, step) if tell else None
