"""Pages of this room: products, one product, and their file."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import EVERYONE, Role
from channelkeeper.catalog import actions, forms, queries, sheet
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.web import downloads, pages, uploads

HEADQUARTERS = frozenset({Role.HEADQUARTERS})


@doors.page(EVERYONE)
def products(request: doors.ActorRequest) -> HttpResponse:
    """List the products; the fragment where only the rows are asked for."""
    text, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    on, language = BUSINESS.day(doors.at(request)), get_language() or ""
    page = queries.product_page(on=on, text=text, category=category, page=doors.page_number(request))
    chosen = {name: value for name, value in (("q", text), ("category", category)) if value}
    shown = {
        "page": page,
        "rows": [_row(product, language) for product in page],
        "text": text,
        "chosen": chosen,
        "query": urlencode(chosen) + "&" if chosen else "",
        "filters": _filters(category, text, language),
        "may_change": request.actor.role in HEADQUARTERS,
    }
    return pages.render(request, "catalog/products.html", "catalog/_products.html", shown)


@doors.page(EVERYONE)
def product(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show one product with its prices."""
    found, prices = queries.product(code, on=BUSINESS.day(doors.at(request)))
    language = get_language() or ""
    shown = {
        "product": found,
        "row": _row(found, language),
        "prices": prices,
        "may_change": request.actor.role in HEADQUARTERS,
    }
    return render(request, "catalog/product.html", shown)


@doors.page(HEADQUARTERS, methods=("GET", "POST"))
def edit(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Change one product; what the rules have against it stands beside the fields."""
    found, _prices = queries.product(code, on=BUSINESS.day(doors.at(request)))
    form = forms.ProductForm(request.POST) if request.method == "POST" else forms.ProductForm.filled(found)
    if form.is_valid():
        result = actions.change_product(code=code, values=form.values, by=request.actor, at=doors.at(request))
        if not result.problems:
            pages.say(request, _("%(code)s is kept.") % {"code": code})
            return redirect("catalog:product", code)
        uploads.say_beside(form, result.problems)
    shown = {"form": form, "product": found, "row": _row(found, get_language() or "")}
    return render(request, "catalog/edit.html", shown, status=422 if form.errors else 200)


@doors.page(HEADQUARTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of products, or take it in."""
    return uploads.import_page(
        request,
        sheet.take_in,
        title=_("Products from a file"),
        back=(reverse("catalog:list"), _("Products")),
        template_url=reverse("catalog:template"),
    )


@doors.page(EVERYONE)
def export(request: doors.ActorRequest) -> HttpResponse:
    """Hand out all products as a workbook."""
    day, language = BUSINESS.day(doors.at(request)), get_language() or ""
    return downloads.workbook(sheet.export(on=day, language=language), f"{_('Products')}-{day}.xlsx")


@doors.page(HEADQUARTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(sheet.template(language=get_language() or ""), f"{_('Products')}.xlsx")


def _row(product: queries.ProductView, language: str) -> dict[str, object]:
    return {
        "product": product,
        "name": product.name(language),
        "brand": product.brand(language),
        "category": product.category(language),
    }


def _filters(chosen: str, text: str, language: str) -> list[dict[str, object]]:
    offered = [("", _("All")), *((group.code, group.name(language)) for group in queries.categories())]
    return [
        {
            "label": label,
            "url": f"?{urlencode({name: value for name, value in (('q', text), ('category', code)) if value})}",
            "active": code == chosen,
            "count": None,
        }
        for code, label in offered
    ]
