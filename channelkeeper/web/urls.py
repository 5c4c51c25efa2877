"""Addresses of the shared chrome, below /look/."""

from django.urls import path

from channelkeeper.web import views

app_name = "web"
urlpatterns = [path("", views.look, name="look")]
