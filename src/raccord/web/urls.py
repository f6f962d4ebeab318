"""Every address of the screens, and the pages for what cannot be answered.

What belongs to a project lies below /projects/<project>/: its views get the `Project` itself (see
`middleware.CurrentProject`).
"""

from django.urls import include, path

from raccord.web.home import views as home
from raccord.web.receive import views as receive

urlpatterns = [
    path("", home.start, name="home"),
    path("", include("raccord.web.account.urls")),
    path("", include("raccord.web.connections.urls")),
    # Answered by receive.entrance, before all that stands between a browser and the screens.
    path("receive/<uuid:key>/", receive.receive, name="receive"),
    path("installation/", include("raccord.web.installation.urls")),
    path("projects/", include("raccord.web.projects.urls")),
    path("projects/<slug:project>/", include("raccord.web.home.urls")),
    path("projects/<slug:project>/contacts/", include("raccord.web.contacts.urls")),
    path("projects/<slug:project>/contacts/<int:pk>/", include("raccord.web.contacts.page_urls")),
    path("projects/<slug:project>/erasures/", include("raccord.web.erasure.urls")),
    path("projects/<slug:project>/imports/", include("raccord.web.imports.urls")),
    path("projects/<slug:project>/bulk/", include("raccord.web.bulk.urls")),
    path("projects/<slug:project>/exports/", include("raccord.web.exports.urls")),
    path("projects/<slug:project>/decisions/", include("raccord.web.decisions.urls")),
    path("projects/<slug:project>/error-centre/", include("raccord.web.error_centre.urls")),
    path("projects/<slug:project>/reconcile/", include("raccord.web.reconcile.urls")),
]

handler400 = "raccord.web.errors.views.bad_request"
handler403 = "raccord.web.errors.views.forbidden"
handler404 = "raccord.web.errors.views.not_found"
handler500 = "raccord.web.errors.views.failed"
