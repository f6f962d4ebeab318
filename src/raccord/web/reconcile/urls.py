"""Addresses of the comparison of both sides; included at /projects/<project>/reconcile/."""

from django.urls import path

from raccord.web.reconcile import page, rows, run

urlpatterns = [
    path("integrations/<int:key>/", page.page, name="reconcile"),
    path("integrations/<int:key>/start/", page.start, name="reconcile-start"),
    path("integrations/<int:key>/times/", page.times, name="reconcile-times"),
    path("<int:key>/", run.page, name="reconciliation"),
    path("<int:key>/pause/", run.pause, name="reconciliation-pause"),
    path("<int:key>/resume/", run.resume, name="reconciliation-resume"),
    path("<int:key>/cancel/", run.cancel, name="reconciliation-cancel"),
    path("<int:key>/repair/", run.repair, name="reconciliation-repair"),
    path("<int:key>/rows.csv", rows.download, name="reconciliation-rows"),
]
