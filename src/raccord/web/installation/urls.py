"""Addresses that concern the installation as a whole."""

from django.urls import path

from raccord.web.installation import holding

urlpatterns = [
    path("", holding.show, name="installation"),
    path("original/", holding.go_on, name="installation-original"),
    path("copy/", holding.become_copy, name="installation-copy"),
    path("hold/", holding.hold_everything, name="installation-hold"),
]
