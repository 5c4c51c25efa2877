"""Addresses of this room, below /me/."""

from django.urls import path

from channelkeeper.access import views

urlpatterns = [
    path("", views.me, name="me"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("role/", views.roles, name="roles"),
    path("language/", views.language, name="language"),
    path("password/", views.password, name="password"),
    path("tokens/", views.create_token, name="create_token"),
    path("tokens/<int:token_id>/revoke/", views.revoke_token, name="revoke_token"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new_user"),
    path("audit/", views.audit, name="audit"),
]
