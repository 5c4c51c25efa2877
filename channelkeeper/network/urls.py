"""Addresses of this room, below /network/."""

from django.urls import path

from channelkeeper.network import views

urlpatterns = [
    path("distributors/", views.distributors, name="distributors"),
    path("distributors/<str:code>/", views.distributor, name="distributor"),
    path("distributors/<str:code>/terms/", views.change_terms, name="change_terms"),
    path("distributors/<str:code>/hand-over/", views.hand_over, name="hand_over"),
    path("offices/", views.offices, name="offices"),
    path("reps/", views.reps, name="reps"),
    path("assignments/", views.assignments, name="assignments"),
    path("substitutes/", views.substitutes, name="substitutes"),
    path("substitutes/new/", views.arrange_substitute, name="arrange_substitute"),
    path("substitutes/<int:substitution_id>/end/", views.end_substitute, name="end_substitute"),
    path("import/", views.import_file, name="import"),
    path("export/<str:kind>/", views.export, name="export"),
    path("template/<str:kind>/", views.template, name="template"),
]
