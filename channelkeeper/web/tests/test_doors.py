"""What every page's frame does: fragments, toasts, menu, language, refusals."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from channelkeeper.web import context, errors, middleware

HTMX = {"HX-Request": "true"}


@pytest.fixture
def visitor(gallery: Any) -> Client:
    """A visitor of the gallery."""
    return Client(raise_request_exception=False)


def text(visitor: Client, path: str, **more: Any) -> str:
    return visitor.get(path, **more).content.decode()


def test_a_list_is_a_page_and_the_same_rows_as_a_fragment(visitor: Client) -> None:
    page, fragment = text(visitor, "/distributor/"), text(visitor, "/distributor/", headers=HTMX)
    assert fragment.strip().startswith('<div class="ck-only-wide">')
    assert fragment.strip() in page


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_a_restored_history_get_the_page(visitor: Client, header: str) -> None:
    assert "<!doctype html>" in text(visitor, "/distributor/", headers={**HTMX, header: "true"})


def test_caches_keep_page_and_fragment_apart(visitor: Client) -> None:
    assert "HX-Request" in visitor.get("/distributor/")["Vary"]


def test_what_was_said_stands_on_the_next_page_once(visitor: Client) -> None:
    words = "已发给华联商贸，25行，67,689元"
    assert words in text(visitor, "/states/")
    assert words not in text(visitor, "/monday/")


def test_what_was_said_travels_with_a_fragment(visitor: Client) -> None:
    answer = visitor.get("/said/", headers=HTMX)
    toast = json.loads(answer["HX-Trigger"])["ck:toast"]
    assert toast == {"said": [{"text": "收下了，第47周", "undo": "/back/"}]}


def test_the_entry_of_the_page_is_marked(visitor: Client) -> None:
    assert '<a href="/distributor/" aria-current="page">经销商</a>' in text(visitor, "/distributor/")


@pytest.mark.parametrize(
    ("path", "active"),
    [("/", "/"), ("/orders/7/", "/orders/"), ("/orders/lines/7/", "/orders/lines/"), ("/elsewhere/", None)],
)
def test_the_longest_address_that_holds_the_page_is_the_active_one(path: str, active: str | None) -> None:
    assert context.active_url(path, ["/", "/orders/", "/orders/lines/"]) == active


def test_a_stranger_has_neither_menu_nor_search(visitor: Client) -> None:
    page = text(visitor, "/signin/")
    assert ('class="ck-search"' in page, 'href="/monday/"' in page) == (False, False)


def test_a_house_without_a_menu_still_has_pages(visitor: Client, gallery: Any) -> None:
    del gallery.CHANNELKEEPER_MENU, gallery.CHANNELKEEPER_PLACE
    assert visitor.get("/monday/").status_code == 200


@pytest.mark.parametrize(
    ("cookie", "user_language", "answered"),
    [
        ("en", "zh-hans", "en"),  # chosen on this device
        ("", "en", "en"),  # kept with the account
        ("fr", "fr", "zh-hans"),  # not spoken here
        ("", "", "zh-hans"),
    ],
)
def test_the_language_is_chosen_kept_or_chinese(cookie: str, user_language: str, answered: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": "en-GB"})
    request.COOKIES["language"] = cookie
    request.user = SimpleNamespace(language=user_language)  # type: ignore[assignment]
    assert middleware.language_of(request) == answered


@pytest.mark.parametrize(("language", "brand"), [("zh-hans", "渠道管家"), ("en", "Channelkeeper")])
def test_a_page_says_in_which_language_it_is(visitor: Client, language: str, brand: str) -> None:
    visitor.cookies["language"] = language
    answer = visitor.get("/monday/")
    assert answer["Content-Language"] == language
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert f'href="/monday/">{brand}</a>' in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"theme": "dark"}, {"theme": "dark"}),
        ({"density": "comfortable"}, {"density": "comfortable"}),
        ({"language": "en"}, {"language": "en"}),
        ({"theme": "pink", "density": "", "language": "xx", "sessionid": "stolen"}, {}),
    ],
)
def test_a_choice_is_kept_where_it_is_offered(visitor: Client, sent: dict[str, str], kept: dict[str, str]) -> None:
    answer = visitor.post("/look/", {**sent, "next": "/monday/?open=HL"})
    assert answer["Location"] == "/monday/?open=HL"
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == kept


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_elsewhere(visitor: Client, elsewhere: str) -> None:
    assert visitor.post("/look/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_a_choice_is_not_made_by_a_link(visitor: Client) -> None:
    assert visitor.get("/look/?theme=dark").status_code == 405


def test_the_choice_is_on_the_page(visitor: Client) -> None:
    visitor.cookies["theme"] = "dark"
    visitor.cookies["density"] = "comfortable"
    assert 'data-theme="dark" data-density="comfortable"' in text(visitor, "/monday/")


def test_what_is_not_there_says_so_and_shows_the_way(visitor: Client) -> None:
    answer = visitor.get("/nowhere/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert ("这里没有东西" in page, '<a href="/monday/">回首页</a>' in page) == (True, True)


def test_a_refusal_says_its_own_sentence(gallery: Any) -> None:
    answer = errors.forbidden(RequestFactory().get("/"), PermissionDenied("这张单已经发出。"))
    assert (answer.status_code, "这张单已经发出。" in answer.content.decode()) == (403, True)


def test_a_refused_fragment_is_words_only(gallery: Any) -> None:
    answer = errors.not_found(RequestFactory().get("/", headers=HTMX))
    assert (answer.status_code, "<html" in answer.content.decode()) == (404, False)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
    ],
)
def test_each_refusal_has_its_status(gallery: Any, answer: Any, status: int) -> None:
    assert answer(RequestFactory().get("/")).status_code == status


def test_a_broken_page_tells_nothing_of_its_inside(visitor: Client) -> None:
    answer = visitor.get("/broken/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert ("我们这边出了故障" in page, "canary" in page) == (True, False)


def test_even_a_broken_frame_has_an_error_page(visitor: Client, gallery: Any) -> None:
    gallery.CHANNELKEEPER_MENU = "channelkeeper.web.tests.gallery.broken"
    answer = visitor.get("/monday/")
    assert (answer.status_code, "我们这边出了故障" in answer.content.decode()) == (500, True)


def test_a_form_without_its_key_is_told_to_reload(gallery: Any) -> None:
    gallery.CSRF_FAILURE_VIEW = "channelkeeper.web.errors.csrf_failure"
    answer = Client(enforce_csrf_checks=True).post("/look/", {"theme": "dark"})
    assert (answer.status_code, "这张表放太久" in answer.content.decode()) == (403, True)


def test_a_thousand_rows_ask_the_database_nothing(visitor: Client, django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        assert visitor.get("/thousand/").content.count(b"<tr>") == 1009
