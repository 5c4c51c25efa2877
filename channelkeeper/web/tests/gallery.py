"""
A gallery of the design's pages, built from the shared fragments: an URLconf for tests and for looking.

Its pages stand in `gallery_pages/`; the rooms' own pages are made of the same pieces.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import get_language

from channelkeeper.web import charts, errors, pages, urls
from channelkeeper.web.tests import gallery_data as data

LABELS = {
    "zh": ["周一", "经销商", "订货建议", "发现", "周报", "总览"],
    "en": ["Monday", "Distributors", "Orders", "Findings", "Reports", "Overview"],
}
ADDRESSES = ["/monday/", "/distributor/", "/proposal/", "/findings/", "/upload/", "/overview/"]


def spoken() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def menu(actor: object) -> list[tuple[str, str]]:
    return list(zip(LABELS[spoken()], ADDRESSES, strict=True))


def place(actor: object) -> str:
    return "杭州办事处" if spoken() == "zh" else "Hangzhou"


class SignedIn:
    """Sets an actor, as the middleware of `access` does."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleNamespace(name="周敏")  # type: ignore[attr-defined]
        if request.path == "/signin/":
            request.actor = None  # type: ignore[attr-defined]
        response: HttpResponse = self.get_response(request)
        return response


def monday(request: HttpRequest) -> HttpResponse:
    context = {"first": data.FIRST, "rest": data.REST, "below": data.BELOW, "above": data.ABOVE}
    return render(request, "monday.html", context)


def brief(request: HttpRequest) -> HttpResponse:
    return render(request, "_brief.html", {"below": data.BELOW, "above": data.ABOVE})


def product_chart() -> dict[str, object]:
    return charts.product(
        weeks=data.WEEKS,
        stock=data.STOCK,
        sold=data.SOLD,
        received=[0, *range(2, 10), 13, 14, 15, 16, 17, 21, 23, 24, 25],
        out=[11, 12, 24],
        band_low=data.BAND_LOW,
        band_high=[low * 1.25 for low in data.BAND_LOW],
        median=data.MEDIAN,
        half=[(value * 0.9, value * 1.1) for value in data.MEDIAN],
        most=[(value * 0.8, value * 1.22) for value in data.MEDIAN],
        with_order=[8, 198, 120],
        without_order=[8, 1],
        flags={4: "新包装", 18: "国庆", 27: "特价", 31: "元旦"},
        order_label="订288箱",
        unit="箱",
    )


def distributor(request: HttpRequest) -> HttpResponse:
    rows = [*data.BELOW[1:], *data.ABOVE, *data.INSIDE, *data.CUT]
    figures = [
        SimpleNamespace(label="库存天数", value="28.9", unit="天", base="比上周 −1.3天（30.2）"),
        SimpleNamespace(label="带内品种", value="43", unit="/ 58", base="74%，比上周 +3个（40）"),
        SimpleNamespace(label="今年周转", value="27.4", unit="天", base="比去年同期 −5.7天（33.1）"),
        SimpleNamespace(label="信用余额", value="116,300", unit="元", base="额度400,000元，账期30天"),
    ]
    tabs = [
        SimpleNamespace(label=label, url="#", active=not index, count=count)
        for index, (label, count) in enumerate(
            [("品种", 58), ("订货", 25), ("周报", 0), ("价盘", 0), ("小组", 0), ("促销", 2), ("发现", 4), ("账目", 0)]
        )
    ]
    filters = [
        SimpleNamespace(label="全部", url="#", active=True, count=58, state=""),
        SimpleNamespace(label="会断货", url="#", active=False, count=6, state="below"),
        SimpleNamespace(label="带内", url="#", active=False, count=43, state="in"),
        SimpleNamespace(label="压货", url="#", active=False, count=9, state="above"),
    ]
    context = {
        "opened": data.BELOW[0], "rows": rows, "figures": figures, "tabs": tabs, "filters": filters,
        "chart": product_chart(),
    }  # fmt: skip
    return pages.render(request, "distributor.html", "_products.html", context)


def proposal(request: HttpRequest) -> HttpResponse:
    groups = [
        ("below", "below", "会断货，先补6个", "库存等不到12月3日到货", data.BELOW),
        ("grow", "in", "可以多进，3个", "天冷和腊八前卖得动，抬到带的上沿", data.INSIDE),
        ("sell", "above", "先卖后进，3个", "超出25天的货值8.3万元，本次不订", data.ABOVE),
        ("cut", "below", "被减掉的，1个", "厂里供不上，各家按天数分，共少103箱", data.CUT),
    ]
    return render(request, "proposal.html", {"groups": groups})


def upload(request: HttpRequest) -> HttpResponse:
    return render(request, "upload.html")


def overview(request: HttpRequest) -> HttpResponse:
    inside = [50 + index * 0.36 + (index % 5) for index in range(48)]
    above = [31 - index * 0.18 for index in range(48)]
    chart = charts.shares(
        weeks=[date.fromordinal(date(2025, 12, 22).toordinal() + 7 * index) for index in range(48)],
        inside=inside,
        above=above,
        last_year=[50 + (index % 4) for index in range(48)],
        best=95,
    )
    heat = [(name, [(value, value / 100) for value in row], row[-1] - row[0]) for name, row in data.HEAT.items()]
    dots = [(name, *figures) for name, figures in data.ON_TIME.items()]
    worst = [*data.ABOVE, *data.BELOW]
    return render(
        request, "overview.html", {"chart": chart, "heat": heat, "dots": dots, "worst": worst, "weeks": range(36, 48)}
    )


def states(request: HttpRequest) -> HttpResponse:
    pages.say(request, "已发给华联商贸，25行，67,689元", undo="/states/")
    return render(request, "states.html", {"errors": ["订688箱到货时有60天，高于25天。改到288箱，或写下理由再发。"]})


def gauges(request: HttpRequest) -> HttpResponse:
    rows = [
        (6, 23, None, None, "会断货，补到带内"),
        (14, 22, 9, 19, "没有周报，推算加减5天"),
        (20, 20, None, None, "不变：圈套点"),
        (24, 22, None, None, "变动小：圈偏一点"),
        (39, 34, None, None, "靠得近：不画箭头"),
        (53, 43, None, None, "压货，先卖"),
        (74, 44, None, None, "超过60，箭头写数"),
        (80, 70, None, None, "前后都超过60"),
        (0, 21, None, None, "断货"),
        (22, None, None, None, "没有建议"),
        (None, None, None, None, "没有销量，没有数"),
        (30, 70, None, None, "订后超过60"),
        (50, 70, None, None, "订后超过60，点压着数"),
        (80, 52, None, None, "订后在数字下面"),
    ]
    return render(request, "gauges.html", {"rows": rows})


def sparse(request: HttpRequest) -> HttpResponse:
    """A product of two weeks, one without a report, without forecast, order or flags."""
    chart = charts.product(
        weeks=data.WEEKS[:3],
        stock=[12, None],
        sold=[None, 3],
        received=[],
        out=[0],
        band_low=[None, 60, 60],
        band_high=[None, 75, 75],
        median=[None],
        half=[(0, 0)],
        most=[(0, 0)],
        flags={},
        unit="箱",
    )
    return render(request, "sparse.html", {"chart": chart, "full": product_chart(), "products": data.BELOW})


class SignIn(forms.Form):
    """The fields of the sign-in page."""

    login = forms.CharField(
        label="用户名",
        widget=forms.TextInput(attrs={"class": "form-control", "autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label="密码", widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"})
    )


def signin(request: HttpRequest) -> HttpResponse:
    return render(request, "web/signin.html", {"form": SignIn(request.POST or None)})


def thousand(request: HttpRequest) -> HttpResponse:
    rows = [*data.BELOW, *data.ABOVE, *data.INSIDE] * 84
    return render(request, "thousand.html", {"rows": rows})


def broken(request: object) -> HttpResponse:
    raise RuntimeError("canary")


def said(request: HttpRequest) -> HttpResponse:
    pages.say(request, "收下了，第47周", undo="/back/")
    return pages.render(request, "states.html", "_brief.html", {"errors": []})


urlpatterns = [
    path("broken/", broken),
    path("sparse/", sparse), path("said/", said),
    path("monday/", monday), path("brief/", brief), path("distributor/", distributor), path("proposal/", proposal),
    path("upload/", upload), path("overview/", overview), path("states/", states), path("gauges/", gauges),
    path("signin/", signin), path("thousand/", thousand),
    path("forbidden/", errors.forbidden), path("look/", include((urls.urlpatterns, "web"))),
]  # fmt: skip
handler404 = "channelkeeper.web.errors.not_found"
handler500 = "channelkeeper.web.errors.server_error"
