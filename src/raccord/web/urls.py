"""Every address of the screens.

What belongs to a project lies below /projects/<project>/: its views get the `Project` itself (see
`middleware.CurrentProject`).
"""

from django.urls import include, path

urlpatterns = [
    path("", include("raccord.web.account.urls")),
]
