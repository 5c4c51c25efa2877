"""Addresses of the orders, below /orders/."""

from django.urls import path

from channelkeeper.orders import views
from channelkeeper.orders.views import links, reasons, record, replay, whatif

urlpatterns = [
    path("", views.orders, name="list"),
    path("import/", views.import_file, name="import"),
    path("offer/", views.offer_many, name="offer_many"),
    path("propose/", views.propose, name="propose"),
    path("what-if/<str:code>/", whatif.what_if, name="what_if"),
    path("reasons/", reasons.listed, name="reasons"),
    path("record/", record.groups, name="record"),
    path("record/<str:code>/", record.of_distributor, name="record_of"),
    path("replay/<str:code>/", replay.replayed, name="replay"),
    path("link/<str:token>/", links.by_link, name="by_link"),
    path("link/<str:token>/open/", links.open_by_link, name="open_by_link"),
    path("link/<str:token>/accept/", links.accept_by_link, name="accept_by_link"),
    path("link/<str:token>/change/", links.change_by_link, name="change_by_link"),
    path("link/<str:token>/decline/", links.decline_by_link, name="decline_by_link"),
    path("<str:number>/", views.order, name="order"),
    path("<str:number>/edit/", views.edit, name="edit"),
    path("<str:number>/undo/", views.undo, name="undo"),
    path("<str:number>/offer/", views.offer, name="offer"),
    path("<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:number>/accept/", views.accept, name="accept"),
    path("<str:number>/change/", views.change, name="change"),
    path("<str:number>/decline/", views.decline, name="decline"),
    path("<str:number>/settle/", views.settle, name="settle"),
    path("<str:number>/send/", views.send, name="send"),
    path("<str:number>/cancel/", views.cancel, name="cancel"),
    path("<str:number>/link/", links.make, name="make_link"),
    path("<str:number>/link/withdraw/", links.withdraw, name="withdraw_link"),
    path("<str:number>/excel/", views.excel, name="excel"),
    path("<str:number>/csv/", views.as_csv, name="csv"),
    path("<str:number>/pdf/", views.as_pdf, name="pdf"),
    path("<str:number>/json/", views.as_json, name="json"),
]
