"""Addresses of contacts; included below /projects/<project>/contacts/."""

from django.urls import path

from raccord.web.contacts import editing, linking, listing, page, removing

urlpatterns = [
    path("", listing.index, name="contacts"),
    path("new/", editing.create, name="contact-create"),
    path("<int:pk>/", page.show, name="contact"),
    path("<int:pk>/links/", page.links, name="contact-links"),
    path("<int:pk>/link/<int:transfer>/", linking.choose, name="contact-link"),
    path("<int:pk>/edit/", editing.edit, name="contact-edit"),
    path("<int:pk>/delete/", removing.delete, name="contact-delete"),
]
