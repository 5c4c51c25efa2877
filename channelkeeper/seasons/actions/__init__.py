"""Writes of this room."""

from channelkeeper.seasons.actions.closing import remove_closed_days, set_closed_days
from channelkeeper.seasons.actions.launches import remove_launch_plan, set_launch_plans
from channelkeeper.seasons.actions.promotions import fill_festivals, import_promotions

__all__ = [
    "fill_festivals",
    "import_promotions",
    "remove_closed_days",
    "remove_launch_plan",
    "set_closed_days",
    "set_launch_plans",
]
