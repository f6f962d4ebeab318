"""Step 1, the gear menu's "Settings": when contact and record first meet, and who is only on one
side.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.connections import endpoints, flows, specs
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FirstLinkRule, OnlyThere
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.transfer_words import first_link_rules, only_there_choices
from raccord.web.connections.transfers import of_project

TEMPLATE = "connections/transfer_settings.html"

_READ_FOR = 10_000
"""Records of the example that says what reading all of them costs."""


class SettingsForm(forms.Form):
    """The settings of a data transfer. A rule that a set-up file chose stays on offer; what is
    only over there is no question where the source does not tell what changes."""

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
    only_there = forms.ChoiceField(widget=forms.RadioSelect, required=False)

    def __init__(self, *args: object, transfer: DataTransfer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        source = transfer.connection.source
        label = endpoints.source_label(source)
        self._as_it_is = OnlyThere(transfer.only_there)
        if flows.can_receive(source):
            only_there = self.fields["only_there"]
            only_there.label = _("People in %(source)s without a link") % {"source": label}
            only_there.choices = list(only_there_choices().items())  # type: ignore[attr-defined]
        else:
            del self.fields["only_there"]
        named = first_link_rules(label)
        offered = {FirstLinkRule.THEIRS, FirstLinkRule.OURS, transfer.first_link_rule}
        self.fields["first_link_rule"].choices = [  # type: ignore[attr-defined]
            (rule, label) for rule, label in named.items() if rule in offered
        ]

    def chosen_only_there(self) -> OnlyThere:
        """What was chosen; what it is where nothing was, or could be."""
        return OnlyThere(self.cleaned_data.get("only_there") or self._as_it_is)


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up; Save takes effect with the next contact."""
    transfer = of_project(project, key)
    initial = {
        "first_link_rule": transfer.first_link_rule,
        "create_missing": transfer.create_missing,
        "only_there": transfer.only_there,
    }
    form = SettingsForm(request.POST or None, transfer=transfer, initial=initial)
    context = {
        "form": form,
        "transfer": transfer,
        "label": specs.data_type(transfer).label,
        "source_label": endpoints.source_label(transfer.connection.source),
        "per_call": _per_call(transfer),
        "read_for": _READ_FOR,
        "calls": -(-_READ_FOR // _per_call(transfer)),
    }
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    if form.is_valid():
        try:
            activate.change_settings(
                transfer,
                first_link_rule=FirstLinkRule(form.cleaned_data["first_link_rule"]),
                create_missing=form.cleaned_data["create_missing"],
                only_there=form.chosen_only_there(),
            )
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The settings are saved."))
            return answers.go_to(request, "connection", project.slug, transfer.connection_id)
    return answers.invalid(request, TEMPLATE, context)


def _per_call(transfer: DataTransfer) -> int:
    """How many records one call reads; as many as are read at all if the connector is gone."""
    source = transfer.connection.source
    if not endpoints.installed(source):
        return _READ_FOR
    return endpoints.declaration_of(source).limits.rows_per_read
