"""Addresses of acts on many contacts; included below /projects/<project>/bulk/."""

from django.urls import path

from raccord.web.bulk import confirming, rejected, runs

urlpatterns = [
    path("", runs.index, name="bulk-runs"),
    path("new/", runs.create, name="bulk-create"),
    path("<int:pk>/", runs.show, name="bulk"),
    path("<int:pk>/confirm/", confirming.confirm, name="bulk-confirm"),
    path("<int:pk>/cancel/", confirming.cancel, name="bulk-cancel"),
    path("<int:pk>/left-out.csv", rejected.download, name="bulk-rejects"),
]
