"""Addresses of the findings, below /findings/."""

from django.urls import path

from channelkeeper.findings import views

urlpatterns = [
    path("", views.findings, name="list"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/dispute/", views.dispute, name="dispute"),
    path("<int:pk>/settle/", views.settle, name="settle"),
]
