"""Step 1, the gear menu's "Settings": by what people are recognised, what holds when contact and
record first meet, who is only on one side, and what a deletion on one side does on the other.

The form carries the matching order itself; its buttons post the whole form, and the answer is the
pop-up again, with nothing stored before "Save".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.connections import describing, endpoints, flows, match_order, specs
from raccord.connections.models import DataTransfer, UpdateTypes
from raccord.connections.transfers import TransferSettings
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import FirstLinkRule, OnlyThere, Operation
from raccord.engine.rules import DeletionRule, OnlyHere
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import matching, problems
from raccord.web.connections.transfer_words import (
    first_link_rules,
    only_here_choices,
    only_there_choices,
    our_deletion_choices,
    their_deletion_choices,
)
from raccord.web.connections.transfers import of_project

TEMPLATE = "connections/transfer_settings.html"

_READ_FOR = 10_000
"""Records of the example that says what reading all of them costs."""


class SettingsForm(forms.Form):
    """The settings of a data transfer. A rule that a set-up file chose stays on offer; what is
    only over there is no question where the source does not tell what changes. What is not posted
    stays as it is."""

    first_link_rule = forms.ChoiceField(
        label=gettext_lazy("When both already have a value"), widget=forms.RadioSelect
    )
    only_here = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    only_there = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    our_deletion = forms.ChoiceField(
        label=gettext_lazy("When a contact is deleted here"),
        widget=forms.RadioSelect,
        required=False,
    )
    their_deletion = forms.ChoiceField(widget=forms.RadioSelect, required=False)

    def __init__(self, *args: object, transfer: DataTransfer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        source = transfer.connection.source
        label = endpoints.source_label(source)
        self._as_it_is = TransferSettings.of(transfer)
        named = first_link_rules(label)
        offered = {FirstLinkRule.THEIRS, FirstLinkRule.OURS, transfer.first_link_rule}
        self._offer("first_link_rule", {k: v for k, v in named.items() if k in offered})
        self._offer("only_here", only_here_choices())
        self._offer("only_there", only_there_choices())
        self._offer("our_deletion", our_deletion_choices(ticked=_sends_deletions(transfer)))
        self._offer("their_deletion", their_deletion_choices())
        for name, text in (
            ("only_here", _("Contacts without a link to %(source)s")),
            ("only_there", _("People in %(source)s without a link")),
            ("their_deletion", _("When a record is deleted in %(source)s")),
        ):
            self.fields[name].label = text % {"source": label}
        if not flows.can_receive(source):
            del self.fields["only_there"]

    def settings(self) -> TransferSettings:
        """What was chosen; what it is where nothing was, or could be."""
        given, now = self.cleaned_data, self._as_it_is
        return TransferSettings(
            first_link_rule=FirstLinkRule(given["first_link_rule"]),
            only_here=OnlyHere(given.get("only_here") or now.only_here),
            only_there=OnlyThere(given.get("only_there") or now.only_there),
            our_deletion=DeletionRule(given.get("our_deletion") or now.our_deletion),
            their_deletion=DeletionRule(given.get("their_deletion") or now.their_deletion),
        )

    def _offer(self, name: str, choices: Mapping[Any, str]) -> None:
        self.fields[name].choices = list(choices.items())  # type: ignore[attr-defined]


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up; Save takes effect with the next contact, and moves nothing."""
    transfer = of_project(project, key)
    if request.method != "POST":
        form = SettingsForm(transfer=transfer, initial=_initial(transfer))
        return render(request, TEMPLATE, _context(transfer, form, matching.Posted()))
    posted = matching.posted(request.POST)
    if posted.act != "save":
        now = {**_initial(transfer), **request.POST.dict()}
        form = SettingsForm(transfer=transfer, initial=now)
        return render(request, TEMPLATE, _context(transfer, form, posted))
    return _posted(request, transfer, posted)


def _posted(request: HttpRequest, transfer: DataTransfer, posted: matching.Posted) -> HttpResponse:
    form = SettingsForm(request.POST, transfer=transfer)
    if form.is_valid():
        try:
            _save(transfer, form, posted)
        except BadInput as problem:
            problems.show(form, problem)
            at_matching = problem.at == "match_fields"
            told = problems.in_words(problem) if at_matching else ""
            if at_matching:
                form.errors.pop("__all__", None)
            transfer.refresh_from_db()
            context = _context(transfer, form, posted) | {"wrong_match": told}
            return answers.invalid(request, TEMPLATE, context)
        messages.success(request, _("The settings are saved."))
        connection = transfer.connection
        return answers.go_to(request, "connection", connection.project.slug, connection.pk)
    return answers.invalid(request, TEMPLATE, _context(transfer, form, posted))


def _save(transfer: DataTransfer, form: SettingsForm, posted: matching.Posted) -> None:
    """All of it, or nothing. Raises BadInput."""
    with transaction.atomic():
        remote = describing.stored_description(transfer)
        if posted.chosen is not None and remote is not None:
            match_order.change(transfer, posted.chosen, remote=remote)
        activate.change_settings(transfer, form.settings())


def _sends_deletions(transfer: DataTransfer) -> bool:
    """Whether the update types send the deletion of a contact at once, unless somebody is asked."""
    ticked = UpdateTypes.objects.filter(transfer=transfer).first()
    return ticked is not None and Operation.DELETED in ticked.operations


def _initial(transfer: DataTransfer) -> dict[str, str]:
    settings = TransferSettings.of(transfer)
    ours = settings.our_deletion
    if ours is DeletionRule.UNLINK and _sends_deletions(transfer):
        ours = DeletionRule.NOTHING  # as good as: the tick has it deleted
    return {
        "first_link_rule": settings.first_link_rule,
        "only_here": settings.only_here,
        "only_there": settings.only_there,
        "our_deletion": ours,
        "their_deletion": settings.their_deletion,
    }


def _context(transfer: DataTransfer, form: SettingsForm, posted: matching.Posted) -> dict[str, Any]:
    per_call = _per_call(transfer)
    return {
        "form": form,
        "transfer": transfer,
        "label": specs.data_type(transfer).label,
        "source_label": endpoints.source_label(transfer.connection.source),
        "matching": matching.shown(transfer, posted),
        "per_call": per_call,
        "read_for": _READ_FOR,
        "calls": -(-_READ_FOR // per_call),
    }


def _per_call(transfer: DataTransfer) -> int:
    """How many records one call reads; as many as are read at all if the connector is gone."""
    source = transfer.connection.source
    if not endpoints.installed(source):
        return _READ_FOR
    return endpoints.declaration_of(source).limits.rows_per_read
