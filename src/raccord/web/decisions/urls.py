"""Addresses of what waits for a decision; included at /projects/<project>/decisions/."""

from django.urls import path

from raccord.web.decisions import answering, answering_all, listing, parting, recognising

urlpatterns = [
    path("", listing.index, name="decisions"),
    path("answer/", answering.answer, name="decisions-answer"),
    path("answer-all/", answering_all.answer_all, name="decisions-answer-all"),
    path("again/", answering.again, name="decisions-again"),
    path("deletion/", parting.deletion, name="decisions-deletion"),
    path("one-person/", parting.same_person, name="decisions-one-person"),
    path("record/", recognising.decide, name="decisions-record"),
]
