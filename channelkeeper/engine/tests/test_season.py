"""Weeks of the year that were never seen are bridged for many rows at once, as for each alone."""

import numpy as np

from channelkeeper.engine import season


def test_weeks_never_seen_lie_on_the_line_between_their_neighbours() -> None:
    drawn = np.random.default_rng(47)
    for _ in range(20):
        log = drawn.normal(size=(30, season.SLOTS))
        seen = drawn.random((30, season.SLOTS)) < drawn.random((30, 1))
        seen[5:9] = seen[4]  # several that lack the same weeks
        seen[9], seen[10] = False, True
        bridged = season._bridge(log, seen)
        for row in range(30):
            there = np.nonzero(seen[row])[0]
            weeks = np.arange(season.SLOTS)
            alone = (
                np.interp(weeks, there, log[row, there], period=season.SLOTS) if there.size else np.zeros(weeks.size)
            )
            np.testing.assert_allclose(bridged[row], alone, rtol=0, atol=1e-12)
