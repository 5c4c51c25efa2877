"""Commands of this room: what they answer, and with which exit code they refuse."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from channelkeeper.access import queries
from channelkeeper.access.cli import app
from channelkeeper.access.models import AuditLine, User
from channelkeeper.access.rules import Role
from channelkeeper.access.tests.people import AT, PASSWORD, TODAY, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


def run(*arguments: str, typed: str = "") -> tuple[int, str]:
    answer = CliRunner().invoke(app, list(arguments), input=typed)
    return answer.exit_code, answer.stdout


def test_a_person_is_added_with_a_password_made_once() -> None:
    code, out = run("add-user", "rep", "--name", "李伟", "--role", "factory_rep", "--json")
    answer = json.loads(out)
    assert (code, answer["login"]) == (0, "rep")
    assert User.objects.get(login="rep").check_password(answer["password"])


def test_a_password_is_read_from_stdin_and_not_repeated() -> None:
    code, out = run("add-user", "rep", "--name", "x", "--role", "auditor", "--password-stdin", typed=PASSWORD + "\n")
    assert (code, out) == (0, "rep\n")
    assert User.objects.get(login="rep").check_password(PASSWORD)


def test_a_refusal_exits_with_1_and_wrong_usage_with_2() -> None:
    person("rep")
    assert run("add-user", "rep", "--name", "x", "--role", "auditor") == (1, "")
    assert run("end-user", "nobody") == (1, "")
    assert run("grant-role", "rep", "no_such_role")[0] == 2


def test_roles_are_granted_and_ended() -> None:
    user = person("rep")
    assert run("grant-role", "rep", "factory_rep", "--starts-on", "2026-11-01")[0] == 0
    assert list(queries.roles_held(user.pk, on=TODAY)) == ["factory_rep"]
    assert run("end-role", "rep", "factory_rep")[0] == 0
    assert list(queries.roles_held(user.pk, on=TODAY)) == []


def test_a_new_password_and_an_ended_account() -> None:
    user = person("rep")
    code, out = run("set-password", "rep")
    user.refresh_from_db()
    assert (code, user.check_password(out.strip())) == (0, True)
    assert run("end-user", "rep")[0] == 0
    user.refresh_from_db()
    assert not user.is_active


def test_a_token_is_made_for_a_role_that_is_held() -> None:
    user = person("rep", Role.FACTORY_REP)
    code, secret = run("token", "rep", "--label", "erp")
    found = queries.actor_of_token(secret.strip(), at=AT)
    assert found is not None
    assert (code, found.user_id, found.role) == (0, user.pk, Role.FACTORY_REP)
    assert run("token", "rep", "--label", "erp", "--role", "headquarters") == (1, "")


def test_a_substitute_is_arranged() -> None:
    person("a", Role.FACTORY_REP)
    stands_in = person("b", Role.FACTORY_REP)
    assert run("substitute", "a", "b", "--starts-on", "2026-11-24", "--ends-on", "2026-12-01")[0] == 0
    assert [seat.absent_name for seat in queries.seats(stands_in.pk, on=TODAY)] == ["", "a"]
    assert run("substitute", "a", "b", "--starts-on", "2026-11-24", "--ends-on", "2026-12-01")[0] == 1


def test_the_audit_book_is_read() -> None:
    run("add-user", "rep", "--name", "x", "--role", "auditor")
    code, out = run("audit", "--verb", "access.user", "--day", "2026-11-24", "--json")
    assert (code, [line["verb"] for line in json.loads(out)]) == (0, ["access.user.created"])
    assert run("audit", "--verb", "access.role")[1].endswith("access.role.granted rep\n")
    assert AuditLine.objects.filter(reason="command line: add user").count() == 2
