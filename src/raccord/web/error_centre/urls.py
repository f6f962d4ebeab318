"""Addresses of the error centre; included at /projects/<project>/error-centre/."""

from django.urls import path

from raccord.web.error_centre import behind, leaving, listing, mending, trying

urlpatterns = [
    path("", listing.index, name="error-centre"),
    path("replays/<int:pk>/", trying.show, name="replay"),
    path("replays/<int:pk>/cancel/", trying.cancel, name="replay-cancel"),
    path("when-empty/<int:key>/", mending.when_empty, name="value-when-empty"),
    path("<slug:cause>/", behind.page, name="cause"),
    path("<slug:cause>/try-again/", trying.confirm, name="cause-try-again"),
    path("<slug:cause>/cut/", mending.cut, name="cause-cut"),
    path("<slug:cause>/fill/", mending.fill, name="cause-fill"),
    path("<slug:cause>/leave/", leaving.leave, name="cause-leave"),
    path("<slug:cause>/take-back/", leaving.take_back, name="cause-take-back"),
]
