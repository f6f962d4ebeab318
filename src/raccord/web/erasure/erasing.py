"""Erase the person of a contact: what will happen is said, and has to be confirmed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.installation.models import Elsewhere
from raccord.sync.erasure import requests
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.person import origin
from raccord.web.connections import problems
from raccord.web.contacts.naming import headline


class ErasureForm(forms.Form):
    """What becomes of the records elsewhere, and that it is meant."""

    elsewhere = forms.ChoiceField(
        label=gettext_lazy("In the connected systems"),
        choices=[
            (Elsewhere.LEAVE, gettext_lazy("Leave the person’s records there as they are")),
            (Elsewhere.DELETE, gettext_lazy("Delete the person’s records there, too")),
        ],
        widget=forms.RadioSelect,
        initial=Elsewhere.LEAVE,
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be undone"),
        error_messages={"required": gettext_lazy("Tick this box to erase the person.")},
    )

    def __init__(self, *args: object, linked: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not linked:
            del self.fields["elsewhere"]

    def choice(self) -> Elsewhere:
        return Elsewhere(self.cleaned_data.get("elsewhere") or Elsewhere.LEAVE)


def erase(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: what is removed; then it is."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    linked = requests.has_records(contact)
    form = ErasureForm(request.POST or None, linked=linked)
    context = {
        "contact": contact,
        "headline": headline(ProjectFields.of(project), contact),
        "form": form,
        "linked": linked,
    }
    if request.method != "POST":
        return render(request, "erasure/erase.html", context)
    if not form.is_valid():
        return invalid(request, "erasure/erase.html", context)
    try:
        erasure = requests.ask(contact, elsewhere=form.choice(), origin=origin(request))
    except BadInput as refused:
        problems.tell(request, refused)
        return go_to(request, "erasures", project.slug)
    if erasure.finished_at:
        messages.success(request, _("The person was erased."))
    else:
        messages.success(request, _("The person is being erased: connected systems come first."))
    return go_to(request, "erasures", project.slug)
