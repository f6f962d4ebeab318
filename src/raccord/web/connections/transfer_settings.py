"""Step 1, the gear menu's "Settings": what happens when contact and record first meet."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.connections import endpoints, specs
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FirstLinkRule, OnlyThere
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.transfer_words import first_link_rules
from raccord.web.connections.transfers import of_project

TEMPLATE = "connections/transfer_settings.html"


class SettingsForm(forms.Form):
    """Both settings of a data transfer. A rule that a set-up file chose stays on offer."""

    first_link_rule = forms.ChoiceField(
        label=gettext_lazy("When both already have a value"), widget=forms.RadioSelect
    )
    create_missing = forms.BooleanField(
        label=gettext_lazy("Create who is found nowhere"),
        required=False,
        help_text=gettext_lazy(
            "Without it, a contact without a counterpart waits until there is one."
        ),
    )

    def __init__(self, *args: object, transfer: DataTransfer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        named = first_link_rules(endpoints.source_label(transfer.connection.source))
        offered = {FirstLinkRule.THEIRS, FirstLinkRule.OURS, transfer.first_link_rule}
        self.fields["first_link_rule"].choices = [  # type: ignore[attr-defined]
            (rule, label) for rule, label in named.items() if rule in offered
        ]


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up; Save takes effect with the next contact."""
    transfer = of_project(project, key)
    initial = {
        "first_link_rule": transfer.first_link_rule,
        "create_missing": transfer.create_missing,
    }
    form = SettingsForm(request.POST or None, transfer=transfer, initial=initial)
    context = {
        "form": form,
        "transfer": transfer,
        "label": specs.data_type(transfer).label,
        "source_label": endpoints.source_label(transfer.connection.source),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    if form.is_valid():
        try:
            activate.change_settings(
                transfer,
                first_link_rule=FirstLinkRule(form.cleaned_data["first_link_rule"]),
                create_missing=form.cleaned_data["create_missing"],
                only_there=OnlyThere(transfer.only_there),
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The settings are saved."))
            return answers.go_to(request, "connection", project.slug, transfer.connection_id)
    return answers.invalid(request, TEMPLATE, context)
