"""Commands of this room: people, roles, passwords, tokens, substitutes, the audit book."""

import secrets
import sys
from datetime import datetime
from typing import Annotated

import typer

from channelkeeper.access import actions, clock, commands, queries
from channelkeeper.access.rules import NotAllowed, NotFound, Role
from channelkeeper.core.calendar import BUSINESS

app = typer.Typer(help="People, roles, tokens, the audit book / 人员和权限", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="Sign-in name.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
FromStdin = Annotated[bool, typer.Option(help="Read the password from stdin; otherwise one is made and printed.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


@app.command("add-user")
def add_user(
    login: Login,
    name: Annotated[str, typer.Option(help="As shown.")],
    role: Annotated[Role, typer.Option(help="Held from today.")],
    password_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    """Let a person sign in, in a role from today."""
    password = _password(password_stdin)
    with commands.refusals():
        actions.create_user_in_role(
            login=login, name=name, role=role, password=password, by=commands.operator("add user"), at=clock.now()
        )
    _give_password(login, password, shown=not password_stdin, as_json=as_json)


@app.command("end-user")
def end_user(login: Login) -> None:
    """Let a person sign in no more."""
    with commands.refusals():
        actions.end_user(user_id=_user_id(login), by=commands.operator("end user"), at=clock.now())


@app.command("set-password")
def set_password(login: Login, password_stdin: FromStdin = False, as_json: Json = False) -> None:
    """Give a person a new password; their sessions end."""
    password = _password(password_stdin)
    with commands.refusals():
        actions.set_password(
            user_id=_user_id(login), password=password, by=commands.operator("set password"), at=clock.now()
        )
    _give_password(login, password, shown=not password_stdin, as_json=as_json)


@app.command("grant-role")
def grant_role(login: Login, role: Annotated[Role, typer.Argument()], starts_on: Day | None = None) -> None:
    """Give a person a role, from today or a day to come."""
    at = clock.now()
    first = starts_on.date() if starts_on else BUSINESS.day(at)
    with commands.refusals():
        actions.grant_role(
            user_id=_user_id(login), role=role, starts_on=first, by=commands.operator("grant role"), at=at
        )


@app.command("end-role")
def end_role(login: Login, role: Annotated[Role, typer.Argument()], ends_on: Day | None = None) -> None:
    """End a person's role; the day given is the first without it."""
    at = clock.now()
    end = ends_on.date() if ends_on else BUSINESS.day(at)
    with commands.refusals():
        actions.end_role(user_id=_user_id(login), role=role, ends_on=end, by=commands.operator("end role"), at=at)


@app.command("token")
def token(
    login: Login,
    label: Annotated[str, typer.Option(help="What the token is for.")],
    role: Annotated[Role | None, typer.Option(help="The person's role; their first without it.")] = None,
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 90,
    as_json: Json = False,
) -> None:
    """Make a token with which a program acts as a person; the secret is printed once."""
    at = clock.now()
    with commands.refusals():
        owner = queries.actor_of_user(_user_id(login), role=role, stands_in_for_id=None, at=at)
        if owner is None:
            raise NotAllowed(f"{login} does not hold this role today.")
        secret = actions.create_token(label=label, days=days, by=commands.operator("token"), at=at, owner=owner)
    commands.give({"token": secret}, as_json=as_json, text=secret)


@app.command("substitute")
def substitute(
    absent: Annotated[str, typer.Argument(help="Sign-in name of who is away.")],
    stands_in: Annotated[str, typer.Argument(help="Sign-in name of who does the work.")],
    starts_on: Day,
    ends_on: Day,
    role: Annotated[Role, typer.Option(help="The absent person's role.")] = Role.FACTORY_REP,
) -> None:
    """Let one person do the work of another; the last day given is the first without it."""
    with commands.refusals():
        actions.arrange_substitute(
            absent_id=_user_id(absent),
            substitute_id=_user_id(stands_in),
            role=role,
            starts_on=starts_on.date(),
            ends_on=ends_on.date(),
            by=commands.operator("substitute"),
            at=clock.now(),
        )


@app.command("audit")
def audit(
    distributor: Annotated[str, typer.Option(help="Only lines of this distributor.")] = "",
    verb: Annotated[str, typer.Option(help="Only verbs that begin so.")] = "",
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only this day.")] = None,
    page: Annotated[int, typer.Option(min=1, help="50 lines a page, the newest first.")] = 1,
    as_json: Json = False,
) -> None:
    """Read the audit book."""
    with commands.refusals():
        lines = queries.audit_lines(
            commands.operator("audit"),
            distributor_code=distributor,
            verb=verb,
            day=day.date() if day else None,
            page=page,
        )
    shown = list(lines)
    text = "\n".join(f"{line.at:%Y-%m-%d %H:%M} {line.actor} {line.verb} {line.subject_id}" for line in shown)
    commands.give(shown, as_json=as_json, text=text)


def _user_id(login: str) -> int:
    found = queries.user_ids([login])
    if login not in found:
        raise NotFound(f"No user {login}.")
    return found[login]


def _password(from_stdin: bool) -> str:
    """Return the password typed, or one made: 16 characters, 96 random bits."""
    return sys.stdin.readline().rstrip("\n") if from_stdin else secrets.token_urlsafe(12)


def _give_password(login: str, password: str, *, shown: bool, as_json: bool) -> None:
    answer = {"login": login, "password": password} if shown else {"login": login}
    commands.give(answer, as_json=as_json, text=password if shown else login)
