"""Addresses of imports; included below /projects/<project>/imports/."""

from django.urls import path

from raccord.web.imports import (
    columns,
    empty_file,
    preview,
    progress,
    reading,
    rejects,
    rules,
    runs,
    upload,
)

urlpatterns = [
    path("", runs.index, name="imports"),
    path("new/", upload.create, name="import-create"),
    path("new/empty.csv", empty_file.as_csv, name="import-empty-csv"),
    path("new/empty.xlsx", empty_file.as_workbook, name="import-empty-workbook"),
    path("<int:pk>/reading/", reading.reading, name="import-reading"),
    path("<int:pk>/columns/", columns.columns, name="import-columns"),
    path("<int:pk>/rules/", rules.rules, name="import-rules"),
    path("<int:pk>/preview/", preview.preview, name="import-preview"),
    path("<int:pk>/", progress.show, name="import"),
    path("<int:pk>/cancel/", progress.cancel, name="import-cancel"),
    path("<int:pk>/rejected.csv", rejects.as_csv, name="import-rejects"),
    path("<int:pk>/rejected.xlsx", rejects.as_workbook, name="import-rejects-workbook"),
]
