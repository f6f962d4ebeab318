"""Step 4: the "E-mail alert" section: Add, choose an address, Add, Save.

The list is part of a form: what "Add" appends is stored by "Save", and who is un-ticked is no
longer told. Without JavaScript, "Add" stores at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.alerts import recipients
from raccord.connections.models import Integration
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.integrations import of_project


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """An address in the list; value: what the form posts for it."""

    email: str
    language: str
    stored: bool = True

    @property
    def value(self) -> str:
        return f"{self.language}|{self.email}"

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES).get(self.language, self.language))


class RecipientForm(forms.Form):
    """A colleague's address, or one that is typed."""

    colleague = forms.ChoiceField(label=gettext_lazy("Colleague"), required=False)
    email = forms.CharField(
        label=gettext_lazy("Or another address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the messages"), choices=settings.LANGUAGES
    )


def recipient_rows(integration: Integration) -> list[RecipientRow]:
    """Who is told at present."""
    return [RecipientRow(each.email, each.language) for each in integration.alert_recipients.all()]


def add(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up: its "Add" appends the address to the list on the page."""
    integration = of_project(project, key)
    form = RecipientForm(
        request.POST or None, initial={"language": getattr(request, "LANGUAGE_CODE", "en")}
    )
    people = [(each.email, f"{each} ({each.email})") for each in recipients.colleagues(integration)]
    cast(forms.ChoiceField, form.fields["colleague"]).choices = [("", "–"), *people]
    context = {"integration": integration, "form": form}
    if request.method != "POST":
        return render(request, "connections/recipient_add.html", context)
    if not form.is_valid():
        return answers.invalid(request, "connections/recipient_add.html", context)
    try:
        email = recipients.checked_address(
            form.cleaned_data["email"] or form.cleaned_data["colleague"]
        )
        recipients.refuse_repeated(integration, email=email)
        if not request.headers.get("HX-Request"):
            recipients.add_recipient(
                integration, email=email, language=form.cleaned_data["language"]
            )
            return answers.go_to(request, "integration", project.slug, key)
    except BadInput as problem:
        problems.show(form, problem)
        return answers.invalid(request, "connections/recipient_add.html", context)
    row = RecipientRow(email, form.cleaned_data["language"], stored=False)
    answer = render(request, "connections/recipient.html", {"row": row})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#recipients", "beforeend"
    answer["HX-Trigger-After-Swap"] = "close-dialog"
    return answer


@require_POST
def save(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Store exactly the ticked addresses."""
    integration = of_project(project, key)
    posted = dict.fromkeys(request.POST.getlist("recipient"))
    spoken = dict(settings.LANGUAGES)
    wanted = [
        (email, language if language in spoken else settings.LANGUAGE_CODE)
        for language, _bar, email in map(_halves, posted)
    ]
    try:
        recipients.set_recipients(integration, wanted)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, _("The e-mail alert is saved."))
    return answers.go_to(request, "integration", project.slug, key)


def _halves(value: str) -> tuple[str, str, str]:
    return value.partition("|")
