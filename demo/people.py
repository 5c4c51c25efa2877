"""Who signs in to the demo; passwords are made once and kept in the ignored home folder."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from channelkeeper.access.rules import Role
from demo import company

SIGNING_IN = 3  # distributors with a password; hashing one takes a third of a second


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
        for index, one in enumerate(islice(distributors, SIGNING_IN))
    ]
    order = list(Role)
    return sorted(made, key=lambda person: (order.index(person.role), person.login))


def with_passwords(made: list[Person], kept: Path) -> list[Person]:
    """Return the accounts with their passwords, and keep them in a file that only its owner reads."""
    known = {person.login: person.password for person in all_kept(kept)}
    people = [replace(person, password=known.get(person.login) or secrets.token_urlsafe(9)) for person in made]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps([asdict(person) for person in people], ensure_ascii=False, indent=1), encoding="utf-8")
    return people


def all_kept(kept: Path) -> list[Person]:
    """Return the accounts that the file keeps; none where there is no file."""
    if not kept.exists():
        return []
    return [Person(**{**row, "role": Role(row["role"])}) for row in json.loads(kept.read_text(encoding="utf-8"))]


def shown(kept: Path) -> list[Person]:
    """Return the accounts that the command names: one per role."""
    return [person for person in all_kept(kept) if person.shown]
