"""Addresses of this room, below /seasons/."""

from django.urls import path

from channelkeeper.seasons import views

urlpatterns = [
    path("", views.promotions, name="list"),
    path("festivals/", views.fill_festivals, name="fill_festivals"),
    path("import/", views.import_file, name="import"),
    path("export/", views.export, name="export"),
    path("template/", views.template, name="template"),
]
