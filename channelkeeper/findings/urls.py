"""Addresses of the findings, below /findings/."""

from django.urls import path

from channelkeeper.findings import views
from channelkeeper.findings.views import talks

urlpatterns = [
    path("", views.findings, name="list"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/dispute/", views.dispute, name="dispute"),
    path("<int:pk>/reply/", views.reply, name="reply"),
    path("<int:pk>/settle/", views.settle, name="settle"),
    path("talks/", talks.talks, name="talks"),
    path("talks/new/", talks.new, name="new_talk"),
    path("talks/<int:talk_id>/", talks.talk, name="talk"),
    path("talks/<int:talk_id>/agree/", talks.agree, name="agree"),
    path("talks/agreed/<int:agreement_id>/", talks.decide, name="decide"),
]
