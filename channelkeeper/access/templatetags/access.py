"""Filters for what this room shows: `{% load access %}`."""

from django import template

from channelkeeper.access import names

register = template.Library()
register.filter("role_name", names.role_name)
