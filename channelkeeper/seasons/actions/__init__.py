"""Writes of this room."""

from channelkeeper.seasons.actions.promotions import fill_festivals, import_promotions

__all__ = ["fill_festivals", "import_promotions"]
