"""Which runs there are, for those who look after the system."""

from dataclasses import dataclass
from datetime import datetime

from channelkeeper.access.rules import Actor, Role
from channelkeeper.jobs.models import Run
from channelkeeper.jobs.rules import SEEN_BY


@dataclass(frozen=True)
class RunView:
    """One run as it stands."""

    kind: str
    key: str
    state: str
    done: int
    total: int
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    message: str

    @property
    def percent(self) -> int:
        """Return how much is done, 0 to 100."""
        return 100 if self.state == Run.State.DONE else 100 * self.done // max(self.total, 1)


def runs(actor: Actor, *, limit: int = 100) -> list[RunView]:
    """Return the latest runs, newest first; none for a role that does not look after the system."""
    if actor.role not in SEEN_BY and actor.role is not Role.SERVICE:
        return []
    return [_view(run) for run in Run.objects.order_by("-started_at", "-pk")[:limit]]


def run_of(*, kind: str, key: str) -> RunView | None:
    """Return the run of a piece of work, None before its first start."""
    found = Run.objects.filter(kind=kind, key=key).first()
    return None if found is None else _view(found)


def _view(run: Run) -> RunView:
    return RunView(**{field: getattr(run, field) for field in RunView.__dataclass_fields__})
