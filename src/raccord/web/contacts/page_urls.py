"""Addresses below one contact's page; included below …/contacts/<pk>/."""

from django.urls import path

from raccord.web.contacts import editing, history, removing, undoing

urlpatterns = [
    path("edit/meanwhile/", editing.meanwhile, name="contact-meanwhile"),
    path("history/", history.older, name="contact-history"),
    path("history/<int:entry>/undo/", undoing.take_back, name="contact-undo"),
    path("restore/", removing.restore, name="contact-restore"),
]
