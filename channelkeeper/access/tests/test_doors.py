"""The frame of pages, endpoints and commands: policies, refusals, the way to the sign-in page."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from channelkeeper.access import doors
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Role
from channelkeeper.access.tests.people import AT

REP = Actor(role=Role.FACTORY_REP, user_id=1, name="李伟")
HEADQUARTERS_ONLY = frozenset({Role.HEADQUARTERS})
REPS_ONLY = frozenset({Role.FACTORY_REP})


@doors.page(REPS_ONLY)
def page(request: doors.ActorRequest, word: str) -> HttpResponse:
    return HttpResponse(f"{request.actor.name} {word}")


@doors.page(REPS_ONLY, methods=("POST",))
def change(request: doors.ActorRequest, error: type[Exception]) -> HttpResponse:
    raise error("because")


@doors.public("for a test")
def front(request: Any) -> HttpResponse:
    raise NotFound("gone")


@doors.endpoint(HEADQUARTERS_ONLY)
def operation(request: doors.ActorRequest, word: str) -> str:
    return word


def asked(method: str = "GET", actor: Actor | None = REP, path: str = "/a/?b=1", **more: Any) -> Any:
    request: Any = RequestFactory().generic(method, path, **more)
    request.actor = request.auth = actor
    return request


def test_a_page_declares_its_policy() -> None:
    declared: Any = [page, change, front, operation]
    assert [getattr(door, "policy", None) for door in declared] == [REPS_ONLY, REPS_ONLY, None, HEADQUARTERS_ONLY]
    assert declared[2].public == "for a test"


def test_the_right_role_comes_in() -> None:
    assert page(asked(), "fine").content.decode() == "李伟 fine"  # type: ignore[attr-defined]


def test_a_stranger_is_led_to_the_sign_in_page_and_back() -> None:
    answer: Any = page(asked(actor=None), "x")
    assert (answer.status_code, answer.url) == (302, "/me/sign-in/?next=%2Fa%2F%3Fb%3D1")


def test_a_fragment_leads_the_whole_browser_to_the_sign_in_page() -> None:
    answer = page(asked(actor=None, headers={"HX-Request": "true"}), "x")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/me/sign-in/?next=%2Fa%2F%3Fb%3D1")


def test_a_strangers_change_leads_back_to_the_first_page() -> None:
    answer: Any = change(asked("POST", actor=None), NotFound)
    assert answer.url == "/me/sign-in/?next=%2F"


@pytest.mark.parametrize("role", sorted(set(Role) - REPS_ONLY))
def test_another_role_is_refused(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        page(asked(actor=Actor(role=role, user_id=1, name="x")), "x")


@pytest.mark.parametrize(("raised", "answered"), [(NotFound, Http404), (NotAllowed, PermissionDenied)])
def test_refusals_become_answers(raised: type[Exception], answered: type[Exception]) -> None:
    with pytest.raises(answered, match="because"):
        change(asked("POST"), raised)


def test_a_public_page_answers_not_found_too() -> None:
    with pytest.raises(Http404):
        front(asked(actor=None))


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("HEAD", 200), ("POST", 405), ("DELETE", 405)])
def test_only_the_declared_methods_are_answered(method: str, status: int) -> None:
    assert page(asked(method), "x").status_code == status


def test_a_public_page_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        doors.public(" ")


def test_an_endpoint_lets_its_roles_in_only() -> None:
    by = Actor(role=Role.HEADQUARTERS, user_id=1, name="总部")
    assert operation(asked(actor=by), word="fine") == "fine"
    for actor in (REP, None):
        with pytest.raises(NotAllowed):
            operation(asked(actor=actor), word="fine")


def test_the_instant_of_a_request_stands_still(settings: Any) -> None:
    request = asked()
    settings.CHANNELKEEPER_NOW = AT
    first = doors.at(request)
    settings.CHANNELKEEPER_NOW = None
    assert (first, doors.at(request)) == (AT, AT)
