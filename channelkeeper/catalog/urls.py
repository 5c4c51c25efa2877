"""Addresses of this room, below /products/."""

from django.urls import path

from channelkeeper.catalog import views

urlpatterns = [
    path("", views.products, name="list"),
    path("import/", views.import_file, name="import"),
    path("export/", views.export, name="export"),
    path("template/", views.template, name="template"),
    path("<str:code>/", views.product, name="product"),
    path("<str:code>/edit/", views.edit, name="edit"),
]
