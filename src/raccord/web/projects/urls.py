"""Addresses of projects and their fields; included below /projects/."""

from django.urls import path

from raccord.web.projects import fields, groups, placing, projects, retiring, unique_key

urlpatterns = [
    path("new/", projects.create, name="project-create"),
    path("<slug:project>/configuration/", projects.configuration, name="project-configuration"),
    path("<slug:project>/configuration/edit/", projects.edit, name="project-edit"),
    path("<slug:project>/configuration/key/", unique_key.choose, name="project-key"),
    path("<slug:project>/configuration/key/report/", unique_key.report, name="project-key-report"),
    path("<slug:project>/configuration/order/", placing.arrange, name="fields-arrange"),
    path("<slug:project>/configuration/groups/add/", groups.add, name="group-add"),
    path("<slug:project>/configuration/groups/<int:pk>/", groups.edit, name="group-edit"),
    path(
        "<slug:project>/configuration/groups/<int:pk>/remove/", groups.remove, name="group-remove"
    ),
    # No key has a hyphen.
    path("<slug:project>/configuration/fields/new-field/", fields.add, name="field-add"),
    path("<slug:project>/configuration/fields/<slug:key>/", fields.edit, name="field-edit"),
    path(
        "<slug:project>/configuration/fields/<slug:key>/retire/",
        retiring.retire,
        name="field-retire",
    ),
    path(
        "<slug:project>/configuration/fields/<slug:key>/bring-back/",
        retiring.bring_back,
        name="field-bring-back",
    ),
    path(
        "<slug:project>/configuration/fields/<slug:key>/remove/",
        retiring.remove,
        name="field-remove",
    ),
]
