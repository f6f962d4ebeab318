"""Addresses of exports; included below /projects/<project>/exports/."""

from django.urls import path

from raccord.web.exports import runs, starting

urlpatterns = [
    path("", runs.index, name="exports"),
    path("new/", starting.create, name="export-create"),
    path("<int:pk>/", runs.show, name="export"),
    path("<int:pk>/file/", runs.download, name="export-file"),
    path("<int:pk>/cancel/", runs.cancel, name="export-cancel"),
    path("<int:pk>/delete/", runs.delete_file, name="export-delete"),
]
