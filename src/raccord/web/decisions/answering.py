"""What a person chose for the fields of one contact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from raccord.connections import mappings
from raccord.connections.models import DataTransfer
from raccord.connections.sentences import explain_failure
from raccord.contacts import barrier, wakeups
from raccord.contacts.models import OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import Failure
from raccord.engine.records import FieldSpec, Rule
from raccord.sync import answers, due, questions
from raccord.sync.answers import Answer, Decided
from raccord.sync.asking import ask
from raccord.sync.questions import Choice
from raccord.web.base import answers as web_answers
from raccord.web.base.person import origin
from raccord.web.decisions import filters, listing
from raccord.web.decisions.conflicts import VALUE, Refused, value_form
from raccord.web.decisions.words import of_problem

AS_RULE = {Choice.OURS: Rule.OURS, Choice.THEIRS: Rule.THEIRS}


@require_POST
def answer(request: HttpRequest, project: Project) -> HttpResponse:
    """Decide what was chosen; what was left open stays open."""
    item = item_of(project, request.POST)
    given = _given(request.POST, item, project) if item else []
    if item is None:
        messages.warning(request, _("This was decided already, or is being looked at again."))
        return back(request, project)
    if not given:
        messages.info(request, _("Nothing was chosen, so nothing was changed."))
        return back(request, project)
    transfer = transfer_of(item)
    try:
        decided = carry_out(request, transfer, [item], given)
    except Failure as failure:
        say_failure(request, failure, transfer)
        return back(request, project)
    if any(each.problem for each in decided):
        return _shown_again(request, project, item, decided)
    _keep_as_rules(request, transfer, given)
    done = ngettext("%(count)d field was decided.", "%(count)d fields were decided.", len(given))
    messages.success(request, done % {"count": len(given)})
    return back(request, project)


@require_POST
def again(request: HttpRequest, project: Project) -> HttpResponse:
    """Have a contact looked at once more: both sides may agree by now."""
    item = item_of(project, request.POST)
    if item is not None:
        with barrier.shared(project.pk):
            due.look_at(item.subscription_id, [item.contact])
            wakeups.outbound_after_commit([item.subscription.transfer])
    messages.success(request, _("Raccord looks at both sides again."))
    return back(request, project)


def carry_out(
    request: HttpRequest, transfer: DataTransfer, items: list[OutboxItem], given: list[Answer]
) -> list[Decided]:
    """Read the other side again and decide. Raises what a connector raises."""
    asked = ask(transfer, questions.counterparts(transfer, items))
    return answers.decide(transfer, items, given, asked=asked, origin=origin(request))


def item_of(project: Project, posted: QueryDict) -> OutboxItem | None:
    """The parked item that a form speaks of, if it is one of the project."""
    transfers = DataTransfer.objects.filter(connection__project=project).values_list("pk")
    waiting = questions.waiting([key for (key,) in transfers])
    return waiting.filter(pk=filters.number(posted.get("item"))).first()


def transfer_of(item: OutboxItem) -> DataTransfer:
    found = DataTransfer.objects.select_related("connection__authorization", "connection__project")
    return found.get(pk=item.subscription.transfer)


def say_failure(request: HttpRequest, failure: Failure, transfer: DataTransfer) -> None:
    """The other side could not be read, so nothing was decided."""
    words = explain_failure(failure, source=transfer.connection.source)
    messages.error(request, " ".join((_("Nothing was changed."), words.what, words.todo)))


def back(request: HttpRequest, project: Project) -> HttpResponse:
    """To the page of the list that the form was on."""
    query = filters.back_to(request.POST).urlencode()
    address = reverse("decisions", args=[project.slug])
    return web_answers.go_to(request, f"{address}?{query}" if query else address)


def _given(posted: QueryDict, item: OutboxItem, project: Project) -> list[Answer]:
    """An answer for each field in question for which something was chosen."""
    specs = ProjectFields.of(project).specs
    keys = [key for key in questions.fields_in_question(item) if key in specs]
    found = (_answer(posted, item, specs[key]) for key in keys)
    return [each for each in found if each is not None]


def _answer(posted: QueryDict, item: OutboxItem, spec: FieldSpec) -> Answer | None:
    """Who types a value and forgets to tick it has chosen it all the same."""
    form = value_form(spec, posted=posted)
    form.is_valid()  # takes everything: what a field cannot hold is refused where it is written
    value, shown = form.changes().get(spec.key), form.rendered().get(spec.key)
    choice = posted.get(f"choice-{spec.key}", "")
    if not choice and f"initial-{VALUE}-{spec.key}" in posted and value != shown:
        choice = Choice.OTHER
    if choice not in set(Choice):
        return None
    return Answer(
        item.pk,
        spec.key,
        posted.get(f"seen-{spec.key}", ""),
        Choice(choice),
        value,
        posted.get(f"grounds-{spec.key}", "").replace("\0", ""),
    )


def _shown_again(
    request: HttpRequest, project: Project, item: OutboxItem, decided: list[Decided]
) -> HttpResponse:
    """The list once more, with the reason beside the contact's fields and what was typed."""
    problems = {
        each.answer.key: of_problem(each.problem)
        for each in decided
        if each.problem is not None and each.problem.at in ("", each.answer.key)
    }
    refused = Refused(request.POST, item.pk, problems)
    context = listing.context(project, filters.back_to(request.POST), refused=refused)
    first = next(each.problem for each in decided if each.problem is not None)
    context["problem"] = of_problem(first)
    return web_answers.invalid(request, "decisions/index.html", context)


def _keep_as_rules(request: HttpRequest, transfer: DataTransfer, given: list[Answer]) -> None:
    """“Always do this for this field” makes the choice the mapping's rule."""
    for each in given:
        if f"always-{each.key}" in request.POST and each.choice in AS_RULE:
            keep_as_rule(request, transfer, each.key, each.choice)


def keep_as_rule(request: HttpRequest, transfer: DataTransfer, key: str, choice: Choice) -> None:
    """Say so, and what it does not do."""
    if not mappings.always(transfer, key, rule=AS_RULE[choice]):
        return
    label = ProjectFields.of(transfer.connection.project_id).specs[key].label or key
    if choice is Choice.OURS:
        told = _("From now on Raccord wins for “%(field)s”. What waits here already stays here.")
    else:
        told = _(
            "From now on %(connection)s wins for “%(field)s”. What waits here already stays here."
        )
    messages.info(request, told % {"field": label, "connection": transfer.connection.name})
