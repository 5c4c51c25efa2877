"""Addresses of this room, below /runs/."""

from django.urls import path

from channelkeeper.jobs import views

urlpatterns = [path("", views.runs, name="runs")]
