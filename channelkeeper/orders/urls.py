"""Addresses of the orders, below /orders/."""

from django.urls import path

from channelkeeper.orders import views
from channelkeeper.orders.views import record, replay, whatif

urlpatterns = [
    path("", views.orders, name="list"),
    path("propose/", views.propose, name="propose"),
    path("what-if/<str:code>/", whatif.what_if, name="what_if"),
    path("record/", record.groups, name="record"),
    path("record/<str:code>/", record.of_distributor, name="record_of"),
    path("replay/<str:code>/", replay.replayed, name="replay"),
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
    path("<str:number>/excel/", views.excel, name="excel"),
    path("<str:number>/json/", views.as_json, name="json"),
]
