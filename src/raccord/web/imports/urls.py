"""Addresses of imports; included below /projects/<project>/imports/."""

from django.urls import path

from raccord.web.imports import columns, rejects, runs

urlpatterns = [
    path("", runs.index, name="imports"),
    path("new/", runs.create, name="import-create"),
    path("new/columns.csv", columns.download, name="import-columns"),
    path("<int:pk>/", runs.show, name="import"),
    path("<int:pk>/rejected.csv", rejects.download, name="import-rejects"),
]
