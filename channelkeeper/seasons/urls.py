"""Addresses of this room, below /seasons/."""

from django.urls import path

from channelkeeper.seasons.views import promotions

urlpatterns = [
    path("", promotions.promotions, name="list"),
    path("festivals/", promotions.fill_festivals, name="fill_festivals"),
    path("import/", promotions.import_file, name="import"),
    path("export/", promotions.export, name="export"),
    path("template/", promotions.template, name="template"),
]
