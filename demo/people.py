"""Who signs in to the demo; passwords are made once and kept in the ignored home folder."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from channelkeeper.access.rules import Role
from demo import company


@dataclass(frozen=True)
class Person:
    """An account of the demo."""

    login: str
    name: str
    role: Role
    look: str  # where this role looks first
    password: str = ""
    shown: bool = True  # named in the last lines of the command


def people(
    offices: Iterable[company.Office], reps: Iterable[company.Rep], distributors: Iterable[company.Distributor]
) -> list[Person]:
    """Return the accounts: one shown per role, the others with the same kind of password."""
    made = [
        Person("hq", company.HEADQUARTERS, Role.HEADQUARTERS, "总览 /overview/"),
        Person("auditor", company.AUDITOR, Role.AUDITOR, "审计 /me/audit/"),
    ]
    made += [
        Person(f"m-{office.code.lower()}", office.manager, Role.OFFICE_MANAGER, "总览 /overview/", shown=index == 0)
        for index, office in enumerate(offices)
    ]
    made += [
        Person(rep.code.lower(), rep.name, Role.FACTORY_REP, "周一 /", shown=index == 0)
        for index, rep in enumerate(reps)
    ]
    made += [
        Person(one.code.lower(), one.name_zh, Role.DISTRIBUTOR, "首页 /", shown=index == 0)
        for index, one in enumerate(distributors)
    ]
    order = list(Role)
    return sorted(made, key=lambda person: (order.index(person.role), person.login))


def with_passwords(made: list[Person], kept: Path) -> list[Person]:
    """Return the accounts with their passwords: those kept in the file, made and kept where there are none."""
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    known = {person.login: known.get(person.login) or secrets.token_urlsafe(9) for person in made}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return [replace(person, password=known[person.login]) for person in made]
