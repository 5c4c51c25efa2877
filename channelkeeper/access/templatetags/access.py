"""Filters for what this room shows: `{% load access %}`."""

from typing import Any

from django import template

from channelkeeper.access import names

register = template.Library()
register.filter("role_name", names.role_name)


@register.filter
def figure(value: Any) -> str:
    """Return a figure of an audit line in words: a list with commas between."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
