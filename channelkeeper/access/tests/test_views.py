"""Signing in and out, roles, a person's own page, users, the audit book."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access import actions, queries
from channelkeeper.access.models import AuditLine, RoleGrant, Substitution, Token, User
from channelkeeper.access.rules import Role, whole
from channelkeeper.access.tests.people import AT, PASSWORD, TODAY, person

pytestmark = pytest.mark.django_db
ME, SIGN_IN, ROLES = "/me/", "/me/sign-in/", "/me/role/"


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": login, "password": password} | more, follow=True)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def in_english(client: Client) -> Client:
    client.cookies["language"] = "en"
    return client


def test_one_role_signs_in_without_a_choice_under_a_new_session(client: Client) -> None:
    person("rep", Role.FACTORY_REP)
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    answer = sign_in(client, "rep", next=ME)
    assert [url for url, _ in answer.redirect_chain] == [f"{ROLES}?next=%2Fme%2F", ME]
    assert client.session.session_key != session.session_key


def test_two_roles_are_a_choice(client: Client) -> None:
    person("both", Role.FACTORY_REP, Role.OFFICE_MANAGER)
    answer = sign_in(client, "both", next=ME)
    assert answer.redirect_chain[-1][0] == f"{ROLES}?next=%2Fme%2F"
    assert client.get(ME).status_code == 302  # nobody acts before the choice
    client.post(ROLES, {"seat": "office_manager", "next": ME})
    assert "both, Office manager" in text(in_english(client).get(ME))


def test_a_substitute_chooses_whom_to_stand_in_for_and_both_names_show(client: Client) -> None:
    user, absent = person("user", Role.FACTORY_REP, name="李伟"), person("absent", Role.FACTORY_REP, name="陈静")
    Substitution.objects.create(
        absent=absent, substitute=user, role="factory_rep", starts_on=TODAY, ends_on=TODAY + timedelta(days=1)
    )
    sign_in(client, "user")
    before = client.session.session_key
    client.post(ROLES, {"seat": f"factory_rep:{absent.pk}"})
    assert client.session.session_key != before
    assert "李伟 for 陈静, Factory rep" in text(in_english(client).get(ME))


def test_a_seat_that_is_not_held_is_not_taken(client: Client) -> None:
    person("both", Role.FACTORY_REP, Role.OFFICE_MANAGER)
    sign_in(client, "both")
    assert client.post(ROLES, {"seat": "headquarters"}).status_code == 200
    assert client.get(ME).status_code == 302


def test_who_holds_no_role_is_told_so(client: Client) -> None:
    person("none")
    in_english(client)
    assert "You hold no role today" in text(sign_in(client, "none"))


def test_a_role_that_ends_ends_the_access_at_once(client: Client) -> None:
    user = person("rep", Role.FACTORY_REP)
    sign_in(client, "rep")
    RoleGrant.objects.filter(user=user).update(ends_on=TODAY)
    assert client.get(ME).status_code == 302


def test_a_wrong_password_is_said_beside_the_form(client: Client) -> None:
    person("rep", Role.FACTORY_REP)
    answer = sign_in(in_english(client), "rep", "wrong")
    assert (answer.status_code, "Name or password is wrong." in text(answer)) == (422, True)


def test_guessing_is_stopped_after_ten_and_the_owner_is_not(client: Client) -> None:
    person("rep", Role.FACTORY_REP)
    statuses = [sign_in(client, "rep", f"guess {number}").status_code for number in range(12)]
    assert statuses == [422] * 9 + [429] * 3
    assert sign_in(client, "rep").status_code == 429  # the right password is not evaluated from here
    owner = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(owner, "rep", next=ME).redirect_chain[-1][0] == ME


def test_behind_a_proxy_the_address_is_the_one_our_proxy_wrote(client: Client, settings: Any) -> None:
    settings.PROXIES = 1
    person("rep", Role.FACTORY_REP)
    for number in range(10):
        client.post(
            SIGN_IN,
            {"login": "rep", "password": "guess"},
            headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.7"},  # the left one is the guesser's own word
        )
    locked = client.post(
        SIGN_IN, {"login": "rep", "password": PASSWORD}, headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.7"}
    )
    owner = client.post(SIGN_IN, {"login": "rep", "password": PASSWORD}, headers={"X-Forwarded-For": "203.0.113.8"})
    assert (locked.status_code, owner.status_code) == (429, 302)


@pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_the_way_on_stays_in_the_house(client: Client, wanted: str) -> None:
    person("rep", Role.FACTORY_REP)
    answer = client.post(SIGN_IN, {"login": "rep", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == f"{ROLES}?next=%2F"


def test_signing_out_ends_the_session_and_asks_for_a_post(client: Client) -> None:
    client.force_login(person("rep", Role.FACTORY_REP))
    assert client.get("/me/sign-out/").status_code == 405
    client.post("/me/sign-out/")
    assert client.get(ME).status_code == 302


@pytest.mark.parametrize("tokens", [1, 3])
def test_the_own_page_asks_the_same_number_of_times(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, tokens: int
) -> None:
    user = person("rep", Role.FACTORY_REP)
    by = queries.actor_of_user(user.pk, role=None, stands_in_for_id=None, at=AT)
    assert by is not None
    for _ in range(tokens):
        actions.create_token(label="erp", days=1, by=by, at=AT)
    sign_in(client, "rep")
    with django_assert_num_queries(7):  # one of them is the office in the frame
        client.get(ME)


def test_the_secret_of_a_token_is_shown_once(client: Client) -> None:
    client.force_login(person("rep", Role.FACTORY_REP))
    made = client.post("/me/tokens/", {"label": "erp", "days": "30"})
    found = re.search(r"ck_[\w-]{43}", made.content.decode())
    assert found is not None
    assert Token.objects.get().digest == queries.digest_of(found[0])
    assert found[0] not in text(client.get(ME))
    assert "no-store" in made["Cache-Control"]


def test_a_token_is_revoked_by_its_owner_only(client: Client) -> None:
    client.force_login(person("rep", Role.FACTORY_REP))
    client.post("/me/tokens/", {"label": "erp", "days": "30"})
    address = reverse("access:revoke_token", args=[Token.objects.get().pk])
    other = Client()
    other.force_login(person("other", Role.FACTORY_REP))
    assert other.post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert Token.objects.count() == 0


def test_the_language_is_kept_with_the_account(client: Client) -> None:
    user = person("rep", Role.FACTORY_REP)
    client.force_login(user)
    client.post("/me/language/", {"language": "en"})
    assert "rep, Factory rep" in text(client.get(ME))
    assert client.post("/me/language/", {"language": "xx"}).status_code == 422


def test_a_changed_password_keeps_this_session_and_ends_the_others(client: Client) -> None:
    user, other = person("rep", Role.FACTORY_REP), Client()
    client.force_login(user)
    other.force_login(user)
    new = "another horse battery"
    refused = client.post("/me/password/", {"present": "wrong", "new": new, "again": new})
    differing = client.post("/me/password/", {"present": PASSWORD, "new": new, "again": new + "x"})
    weak = client.post("/me/password/", {"present": PASSWORD, "new": "12345", "again": "12345"})
    client.post("/me/password/", {"present": PASSWORD, "new": new, "again": new})
    assert (refused.status_code, differing.status_code, weak.status_code) == (422, 422, 422)
    assert (client.get(ME).status_code, other.get(ME).status_code) == (200, 302)


def test_headquarters_lets_a_new_person_sign_in(client: Client) -> None:
    client.force_login(person("hq", Role.HEADQUARTERS))
    filled = {"login": "rep", "name": "李伟", "role": "factory_rep", "password": PASSWORD}
    assert client.post("/me/users/new/", filled).status_code == 302
    assert client.post("/me/users/new/", filled).status_code == 422  # the name is taken
    assert list(queries.roles_held(User.objects.get(login="rep").pk, on=TODAY)) == ["factory_rep"]


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_users_asks_the_same_number_of_times(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    client.force_login(person("hq", Role.HEADQUARTERS))
    for number in range(others):
        person(f"rep{number}", Role.FACTORY_REP)
    with django_assert_num_queries(7):
        answer = client.get("/me/users/")
    assert answer.content.decode().count('<th scope="row">') == others + 1


@pytest.mark.parametrize("lines", [1, 3])
def test_the_audit_book_asks_the_same_number_of_times(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, lines: int
) -> None:
    client.force_login(person("auditor", Role.AUDITOR))
    for number in range(lines):
        actions.record("orders.order.sent", by=whole("a test"), at=AT, subject=("order", number))
    with django_assert_num_queries(6):
        answer = client.get("/me/audit/?verb=orders.")
    assert answer.content.decode().count('<th scope="row">') == lines


def test_a_filter_that_finds_nothing_offers_to_clear_it(client: Client) -> None:
    client.force_login(person("auditor", Role.AUDITOR))
    answer = text(in_english(client).get("/me/audit/?distributor=D1"))
    assert "No line fits" in answer
    assert 'href="/me/audit/"' in answer


@pytest.mark.parametrize("role", [Role.OFFICE_MANAGER, Role.FACTORY_REP, Role.DISTRIBUTOR, Role.TEAM_MEMBER])
@pytest.mark.parametrize("address", ["/me/users/", "/me/users/new/", "/me/audit/"])
def test_the_books_are_closed_to_others(client: Client, role: Role, address: str) -> None:
    client.force_login(person("x", role))
    assert client.get(address).status_code == 403


def test_names_are_escaped(client: Client) -> None:
    client.force_login(person("auditor", Role.AUDITOR))
    person("rep", Role.FACTORY_REP, name="<script>alert(1)</script>")
    assert "<script>alert" not in text(client.get("/me/users/"))
    assert AuditLine.objects.count() == 0
