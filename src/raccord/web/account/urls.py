"""Addresses of signing in and of a person's own settings."""

from django.urls import path

from raccord.web.account import settings, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("set-up/<str:token>", signing_in.set_up, name="set-up"),
    path("account/", settings.account, name="account"),
    path("account/password/", settings.PasswordScreen.as_view(), name="password"),
    path("account/language/", settings.choose_language, name="choose-language"),
    path("account/look/", settings.choose_look, name="choose-look"),
]
