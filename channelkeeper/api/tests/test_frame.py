"""The API's frame: signing in by token, and the one shape of every error."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from channelkeeper.access import actions
from channelkeeper.access.models import Token
from channelkeeper.access.rules import NotFound, Refusal, Role
from channelkeeper.access.tests.people import AT, TODAY, acting, person
from channelkeeper.api import build

pytestmark = pytest.mark.django_db
ME = "/api/v1/access/me"


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


def key(days: int = 30) -> dict[str, str]:
    by = acting(person("rep", Role.FACTORY_REP, name="李伟"), Role.FACTORY_REP)
    return {"Authorization": f"Bearer {actions.create_token(label='erp', days=days, by=by, at=AT)}"}


def test_a_token_says_whom_it_stands_for_and_keeps_the_day_it_was_used() -> None:
    answer = Client().get(ME, headers=key())
    assert answer.json() == {"name": "李伟", "role": "factory_rep"}
    assert Token.objects.get().last_used_on == TODAY


def test_the_day_of_use_is_written_once_a_day(settings: Any) -> None:
    header = key()
    Client().get(ME, headers=header)
    Token.objects.update(last_used_on=TODAY - timedelta(days=1))
    settings.CHANNELKEEPER_NOW = AT - timedelta(days=1)
    Client().get(ME, headers=header)
    assert Token.objects.get().last_used_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer ck_wrong"}, {"Authorization": "Basic x"}])
def test_without_a_token_nobody_comes_in(header: dict[str, str]) -> None:
    assert Client().get(ME, headers=header).status_code == 401


def test_a_token_that_has_ended_lets_nobody_in(settings: Any) -> None:
    header = key(days=1)
    settings.CHANNELKEEPER_NOW = AT + timedelta(days=1)
    assert Client().get(ME, headers=header).status_code == 401


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (NotFound("D9"), 404, {"code": "not_found", "message": "No such record."}),
        (ValueError("no such week"), 422, {"code": "refused", "message": "no such week"}),
        (
            Refusal("access.own_role"),
            422,
            {
                "code": "access.own_role",
                "message": "You cannot end your own role or account. Ask another person at headquarters.",
                "message_zh": "不能结束自己的角色，也不能停用自己。请总部的另一个人来做。",
            },
        ),
    ],
)
def test_every_error_has_one_shape(error: Exception, status: int, body: dict[str, str]) -> None:
    frame = build.new_api()
    request: HttpRequest = RequestFactory().get("/")
    answer = frame.on_exception(request, error)
    assert (answer.status_code, json.loads(answer.content)) == (status, {"error": body})
