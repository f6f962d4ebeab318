"""Addresses of erased people; included below /projects/<project>/erasures/."""

from django.urls import path

from raccord.web.erasure import proofs

urlpatterns = [
    path("", proofs.index, name="erasures"),
    path("<int:pk>/leave/", proofs.leave_there, name="erasure-leave"),
    path("<int:pk>/again/", proofs.take_in_again, name="erasure-again"),
]
