"""Addresses of projects and their fields; included below /projects/."""

from django.urls import path

from raccord.web.projects import fields, projects

urlpatterns = [
    path("new/", projects.create, name="project-create"),
    path("<slug:project>/configuration/", projects.configuration, name="project-configuration"),
    path("<slug:project>/configuration/edit/", projects.edit, name="project-edit"),
    path("<slug:project>/configuration/key/", projects.unique_key, name="project-key"),
    path("<slug:project>/configuration/fields/add/", fields.add, name="field-add"),
    path("<slug:project>/configuration/fields/<slug:key>/", fields.edit, name="field-edit"),
    path("<slug:project>/configuration/fields/<slug:key>/move/", fields.move, name="field-move"),
    path(
        "<slug:project>/configuration/fields/<slug:key>/remove/",
        fields.remove,
        name="field-remove",
    ),
]
