"""Addresses of contacts; included below /projects/<project>/contacts/."""

from django.urls import path

from raccord.web.contacts import (
    columns,
    editing,
    filters,
    linking,
    listing,
    page,
    removing,
    saved_views,
)

urlpatterns = [
    path("", listing.index, name="contacts"),
    path("filter/", filters.choose, name="contacts-filter"),
    path("columns/", columns.choose, name="contacts-columns"),
    path("views/new/", saved_views.create, name="view-create"),
    path("views/<int:pk>/", saved_views.change, name="view"),
    path("views/<int:pk>/replace/", saved_views.replace, name="view-replace"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view-delete"),
    path("new/", editing.create, name="contact-create"),
    path("<int:pk>/", page.show, name="contact"),
    path("<int:pk>/links/", page.links, name="contact-links"),
    path("<int:pk>/link/<int:transfer>/", linking.choose, name="contact-link"),
    path("<int:pk>/edit/", editing.edit, name="contact-edit"),
    path("<int:pk>/delete/", removing.delete, name="contact-delete"),
]
