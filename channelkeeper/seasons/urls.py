"""Addresses of this room, below /seasons/."""

from django.urls import path

from channelkeeper.seasons.views import closing, launches, promotions

urlpatterns = [
    path("", promotions.promotions, name="list"),
    path("festivals/", promotions.fill_festivals, name="fill_festivals"),
    path("import/", promotions.import_file, name="import"),
    path("export/", promotions.export, name="export"),
    path("template/", promotions.template, name="template"),
    path("closing/", closing.listed, name="closing"),
    path("closing/new/", closing.new, name="closing_new"),
    path("closing/import/", closing.import_file, name="closing_import"),
    path("closing/template/", closing.template, name="closing_template"),
    path("closing/<int:closed_id>/", closing.change, name="closing_change"),
    path("closing/<int:closed_id>/remove/", closing.remove, name="closing_remove"),
    path("launches/", launches.listed, name="launches"),
    path("launches/new/", launches.new, name="launch_new"),
    path("launches/import/", launches.import_file, name="launch_import"),
    path("launches/template/", launches.template, name="launch_template"),
    path("launches/<int:plan_id>/", launches.change, name="launch_change"),
    path("launches/<int:plan_id>/remove/", launches.remove, name="launch_remove"),
]
