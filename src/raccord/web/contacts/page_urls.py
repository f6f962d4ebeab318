"""Addresses of one contact; included below …/contacts/<pk>/."""

from django.urls import path

from raccord.web.contacts import editing, history, linking, page, removing, undoing, why
from raccord.web.erasure import erasing

urlpatterns = [
    path("", page.show, name="contact"),
    path("links/", page.links, name="contact-links"),
    path("link/<int:transfer>/", linking.choose, name="contact-link"),
    path("link/<int:transfer>/anew/", linking.anew, name="contact-link-anew"),
    path("edit/", editing.edit, name="contact-edit"),
    path("edit/meanwhile/", editing.meanwhile, name="contact-meanwhile"),
    path("history/", history.older, name="contact-history"),
    # No key has a hyphen or a slash.
    path("why/<slug:field>/", why.show, name="contact-why"),
    path("history/<int:entry>/undo/", undoing.take_back, name="contact-undo"),
    path("delete/", removing.delete, name="contact-delete"),
    path("erase/", erasing.erase, name="contact-erase"),
    path("restore/", removing.restore, name="contact-restore"),
]
