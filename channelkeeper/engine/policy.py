"""What orders aim at: the file `policy.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KNOWN = {"kind", "low_days", "high_days", "review_weeks", "lead_time_weeks", "holidays"}


class WrongPolicy(ValueError):
    """A policy that cannot be followed; the message names entry and value."""


@dataclass(frozen=True)
class Policy:
    """
    A band of days, and the rhythm of orders.

    Fields:
        low_days, high_days: keep cover between them.
        review_weeks: weeks from one order to the next.
        lead_time_weeks: Sunday closes between order and arrival; 0 = there at the start of the coming week.
        calendar: "CN" where sell-out follows the Spring Festival, else None.
    """

    low_days: float
    high_days: float
    review_weeks: int = 1
    lead_time_weeks: int = 0
    calendar: str | None = "CN"


def read(entries: Mapping[str, Any]) -> Policy:
    """
    Return the policy of a file.

    `holidays = "CN"` looks for the Spring Festival, `holidays = "none"` does not; left out, it looks, and uses what
    it finds only where sell-out shows it year after year.

    Raises:
        WrongPolicy: an entry is missing, unknown or impossible.
    """
    kind = entries.get("kind")
    if kind != "band":
        raise WrongPolicy(f'policy, kind: "{kind}" is not "band", the one kind that can be followed.')
    strange = sorted(set(entries) - KNOWN)
    if strange:
        raise WrongPolicy(f"policy: there is no entry {strange[0]}; known are {', '.join(sorted(KNOWN))}.")
    holidays = entries.get("holidays", "CN")
    if holidays not in ("CN", "none"):
        raise WrongPolicy(f'policy, holidays: "{holidays}" is neither "CN" nor "none".')
    low, high = _number(entries, "low_days", 0), _number(entries, "high_days", 0)
    if not low < high:
        raise WrongPolicy(f"policy, high_days: {high:g} is not above low_days, {low:g}.")
    return Policy(
        low,
        high,
        _whole(entries, "review_weeks", 1, default=1),
        _whole(entries, "lead_time_weeks", 0),
        "CN" if holidays == "CN" else None,
    )


def _number(entries: Mapping[str, Any], name: str, least: float) -> float:
    value = entries.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
        raise WrongPolicy(f'policy, {name}: "{value}" is not a number >= {least:g}.')
    return float(value)


def _whole(entries: Mapping[str, Any], name: str, least: int, *, default: int | None = None) -> int:
    value = entries.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise WrongPolicy(f'policy, {name}: "{value}" is not a whole number >= {least}.')
    return value
