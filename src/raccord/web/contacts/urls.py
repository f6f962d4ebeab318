"""Addresses of the list of contacts; included below /projects/<project>/contacts/.

What belongs to one contact: `page_urls.py`.
"""

from django.urls import path

from raccord.web.contacts import columns, deleted, editing, filters, listing, saved_views

urlpatterns = [
    path("", listing.index, name="contacts"),
    path("filter/", filters.choose, name="contacts-filter"),
    path("columns/", columns.choose, name="contacts-columns"),
    path("views/new/", saved_views.create, name="view-create"),
    path("views/<int:pk>/", saved_views.change, name="view"),
    path("views/<int:pk>/replace/", saved_views.replace, name="view-replace"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view-delete"),
    path("deleted/", deleted.index, name="contacts-deleted"),
    path("new/", editing.create, name="contact-create"),
]
