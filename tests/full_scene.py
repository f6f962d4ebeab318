"""An installation with something of everything, for tests that look at every page.

One project is full, one is empty. In the full one somebody is linked, somebody is refused, somebody
was edited and somebody deleted; something waits for a decision. Files were imported and exported,
many contacts changed at once.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from raccord.accounts import set_up_links
from raccord.accounts.models import User
from raccord.alerts.models import AlertRecipient
from raccord.connections import describing, editing, mappings, mending, receiving_address
from raccord.connections.mappings import MappingLine
from raccord.connections.models import (
    Authorization,
    DataTransfer,
    Integration,
    ReceivingAddress,
    WaitingGrant,
)
from raccord.connections.plug_in import health
from raccord.connections.plug_in.models import Installation, InstallationState, InstalledPlugIn
from raccord.connectors.plug_in import Health, State
from raccord.contacts import bulk, changes, exports, imports, projects
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.imports import ConsentProof, ImportOptions
from raccord.contacts.lists import views
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import (
    BulkAct,
    BulkRun,
    ChangeLogEntry,
    Contact,
    ExportRun,
    FieldGroup,
    ImportRun,
    OutboxItem,
    Project,
    RunState,
    SavedView,
    Subscription,
)
from raccord.engine.records import Direction, FieldType, Operation
from raccord.installation.models import Elsewhere, Erasure
from raccord.sync import activate
from raccord.sync.erasure import requests
from raccord.sync.models import InboxItem, Link
from raccord.sync.parked import aside, groups
from raccord.sync.parked.models import UNDER_WAY, Replay, ReplayState
from raccord.sync.reconcile.models import Finding, Reconciliation
from salesforce_simulator.server import Simulator
from tests import cast
from tests.browser.five_steps import do_the_work
from tests.every_page import Objects, Scene
from tests.integration.connections import scene as connected

FILE = """email;Nom;Nichts
zara@example.org;Zukunft;x
broken;Zimmer;y
jane.smith@example.org;Zuber;z
"""
EVERYBODY = ListQuery()
# Linked and edited, refused over there, deleted.
SHOWN = ("jane.smith@example.org", "cher@example.org", "party@example.org")


@dataclass(frozen=True)
class FullScene:
    """What there is. simulator: the organization the full project is connected to."""

    project: Project
    empty: Project
    transfer: DataTransfer
    integration: Integration
    simulator: Simulator

    def objects(self) -> Scene:
        """What each parameter of an address may stand for (see `every_page.Objects`)."""
        keys: Objects = {
            "connection": [self.transfer.connection_id],
            "transfer": [self.transfer.pk],
            "transfer-add": [self.transfer.connection_id],
            "mapping": [self.transfer.pk],
            "value-choices": [
                self.transfer.mappings.get(field__key="zest", remote_field="LeadSource").pk
            ],
            "alert": [self.integration.pk],
            "authorization": _ids(Authorization.objects.all()),
            "authorization-other-user": [WaitingGrant.objects.get().key],
            "integration": [self.integration.pk],
            "operations": [self.integration.pk],
            "plug-in": [self.transfer.connection_id],
            "plug-in-remove": [self.transfer.connection_id],
            "recipient": [self.integration.pk],
            "receive": [ReceivingAddress.objects.get(connection=self.transfer.connection).key],
            "replay": _ids(Replay.objects.all()),
            "value-when-empty": [self.transfer.mappings.get(field__key="last_name").pk],
            "reconcile": [self.integration.pk],
            "reconciliation": _ids(Reconciliation.objects.all()),
            "contact": _ids(Contact.objects.filter(project=self.project, key__in=SHOWN)),
            "view": _ids(SavedView.objects.filter(project=self.project)),
            "import": _ids(ImportRun.objects.filter(project=self.project)),
            "export": _ids(ExportRun.objects.filter(project=self.project)),
            "erasure": _ids(Erasure.objects.filter(project=self.project.pk)),
            "bulk": _ids(BulkRun.objects.filter(project=self.project)),
            "field": ["email", "city", "zest", "newsletter"],
            "field-group": _ids(FieldGroup.objects.filter(project=self.project)),
            "group": _ids(FieldGroup.objects.filter(project=self.project)),
        }
        entries: Objects = {
            "": list(
                ChangeLogEntry.objects.filter(project=self.project).values_list("id", flat=True)
            )
        }
        return {
            "project": {"": [self.project.slug, self.empty.slug]},
            "pk": keys,
            "key": keys,
            "transfer": {"": [self.transfer.pk]},
            "entry": entries,
            "field": {"": ["email", "city", "newsletter"]},
            "token": {"": [set_up_links.make()]},
            "cause": {"": [str(group.cause) for group in groups.groups(self.project)]},
        }


def full_scene(simulator: Simulator, person: User) -> FullScene:
    """Make all of it."""
    project = cast.a_project("Zkat")
    projects.add_field(
        project, key="zest", label="Zest", type=FieldType.CHOICE, choices=["mild", "hot"]
    )
    transfer = connected.an_active_transfer(project, connected.an_application_grant("Zorg"))
    _pair_choices(transfer)
    connected.a_pending_authorization("Zpending")
    integration = editing.create_integration(transfer.connection)
    receiving_address.make_secret(transfer.connection, seen=0)
    AlertRecipient.objects.create(integration=integration, email="zalert@example.org")
    WaitingGrant.objects.create(
        authorization=transfer.connection.authorization,
        person=person,
        username="zother@example.org",
    )
    activate.change_operations(integration, {transfer.pk: set(Operation)})
    activate.activate(integration)
    _people(project)
    _imports(project)
    do_the_work()
    _lists(project, person)
    _decisions(project, transfer)
    _refusals(project, transfer)
    _comparison(transfer)
    _plug_in(transfer)
    _erased(project)
    return FullScene(
        project=project,
        empty=cast.a_project("Zempty"),
        transfer=transfer,
        integration=integration,
        simulator=simulator,
    )


def _plug_in(transfer: DataTransfer) -> None:
    """Installed, though not without faults."""
    Installation.objects.create(
        connection=transfer.connection,
        version="1.0.0",
        address="http://127.0.0.1:9/",
        state=InstallationState.FAILED,
        reason="raccord.plug_in.refused",
        position=7,
        parts=[
            ["ApexClass", "Zwatch", False, "Unexpected token <b>", 3],
            ["ApexClass", "Zold", True, "It is old.", 0],
            ["ApexClass", "Zgood", True, "", 0],
        ],
        outcomes={
            "stop": ["", {}, ""],
            "package": ["raccord.plug_in.refused", {"count": "1"}, "Z"],
        },
        started_by="zoe@example.org",
        finished_at=timezone.now(),
    )
    InstalledPlugIn.objects.create(
        connection=transfer.connection,
        version="0.9.0",
        seen_at=timezone.now(),
        watched={"Contact": ["Email", "Zest__c"], "Lead": []},
        watched_at=timezone.now(),
        unknown={"Contact": ["Zest__c"]},
        problem="raccord.plug_in.too_long",
        secret=0,
        secret_problem="salesforce.plug_in.may_not_set_credential",
        health_at=timezone.now(),
        health=health.stored(
            Health(
                version="0.9.0",
                state=State.HALTED,
                scheduled=False,
                waiting=3,
                waiting_more=True,
                waiting_since=timezone.now(),
                given_up=2,
                retry_at=timezone.now(),
                status=403,
                reason="http_403",
                detail="<b>Z",
                sent_as="zoe@example.org",
            )
        ),
    )


def _people(project: Project) -> None:
    linked = cast.a_contact(project, zest="hot")
    cast.a_contact(project, "no_last_name")
    cast.a_contact(project, "right_to_left")
    gone = cast.a_contact(project, "emoji")
    do_the_work()
    changes.edit(project, linked.pk, {"city": "Zürich"}, origin=cast.BY_MARKETER)
    changes.delete(project, [gone.pk], origin=cast.BY_MARKETER)


def _erased(project: Project) -> None:
    """One is over, one waits for the other side."""
    here = cast.a_contact(project, "plain", email="zgone@example.org")
    requests.ask(here, elsewhere=Elsewhere.LEAVE, origin=cast.BY_MARKETER)
    there = cast.a_contact(project, "plain", email="zgoing@example.org")
    do_the_work()
    requests.ask(there, elsewhere=Elsewhere.DELETE, origin=cast.BY_MARKETER)


def _imports(project: Project) -> None:
    for text in (FILE, "nobody knows this heading\n1\n", ""):
        imports.start(
            project,
            io.BytesIO(text.encode()),
            file_name="zfile.csv",
            columns={"Nom": "last_name", "Nichts": None},
        )
    drafts = [
        imports.draft(
            project, io.BytesIO(FILE.encode()), file_name="zdraft.csv", started_by=cast.MARKETER
        )
        for _each in range(3)
    ]
    decided = ImportOptions(
        delimiter=";", columns=("email", "last_name", None), consent=ConsentProof("Zfair", "Zyes")
    )
    imports.set_options(drafts[1], decided)
    imports.check(imports.set_options(drafts[2], decided))


def _lists(project: Project, person: User) -> None:
    zurich = ListQuery(conditions=(Condition("city", Operator.IS, ("Zürich",)),))
    views.save(project, person, name="Zview", query=zurich, columns=["email", "city"], shared=True)
    for act in BulkAct:
        bulk.choose(project, EVERYBODY, act=act, started_by=person.email)
    for state in (RunState.RUNNING, RunState.DONE, RunState.CANCELLED):
        run = bulk.choose(project, zurich, act=BulkAct.EDIT, started_by=person.email)
        BulkRun.objects.filter(pk=run.pk).update(
            state=state, changes={"city": {"how": "set", "value": "Zug"}}, done=1
        )
    for kind in FileFormat:
        exports.start(
            project,
            EVERYBODY,
            columns=["email", "city"],
            format=kind,
            name=f"Zexport {kind}",
            started_by=person.email,
            language="en",
            time_zone="UTC",
        )
    do_the_work()


def _pair_choices(transfer: DataTransfer) -> None:
    """A choice and a list over there that have no value in common."""
    others = (line for line in mappings.stored_lines(transfer) if line.remote_field != "LeadSource")
    lines = [*others, MappingLine("zest", "LeadSource", Direction.BOTH)]
    mappings.save_mappings(transfer, lines, remote=describing.described(transfer))


def _decisions(project: Project, transfer: DataTransfer) -> None:
    """A field that both sides changed, a record that could be two people, one kept apart."""
    link = Link.objects.filter(transfer=transfer, state="linked").order_by("pk")[0]
    people = Contact.objects.filter(project=project, deleted_at=None).order_by("pk")[:2]
    lines = transfer.mappings.exclude(field__type=FieldType.CONSENT).select_related("field")
    OutboxItem.objects.update_or_create(
        subscription=Subscription.objects.get(transfer=transfer.pk, active=True),
        contact=link.contact,
        defaults={
            "state": "parked",
            "reason": "raccord.sync.conflict",
            "parameters": {"fields": lines[0].field.key},
        },
    )
    InboxItem.objects.create(
        transfer=transfer,
        remote_id=link.remote_id or "",
        state="parked",
        reason="raccord.sync.several_contacts",
        candidates=[contact.pk for contact in people],
    )
    InboxItem.objects.create(transfer=transfer, remote_id="003000000000APART", state="apart")
    _broken_pairs(project, transfer)


def _broken_pairs(project: Project, transfer: DataTransfer) -> None:
    """Somebody deleted here, somebody whose record was deleted, two who are one person there."""
    subscription = Subscription.objects.get(transfer=transfer.pk, active=True)
    contacts = Contact.objects.filter(project=project).order_by("-pk")
    living = list(contacts.filter(deleted_at=None)[:2])
    (gone,) = contacts.exclude(deleted_at=None)[:1]
    questions = {"deleted_there": living[0], "one_person_there": living[1], "deleted_here": gone}
    for reason, contact in questions.items():
        OutboxItem.objects.update_or_create(
            subscription=subscription,
            contact=contact.pk,
            defaults={
                "state": "parked",
                "reason": f"raccord.plan.{reason}",
                "parameters": {"object": "Contact", "other": str(living[0].pk)},
            },
        )


def _refusals(project: Project, transfer: DataTransfer) -> None:
    """Causes of every kind, one of them left aside; attempts that are at every stage."""
    mending.send_when_empty(transfer.mappings.get(field__key="last_name"), "Zunknown")
    about: dict[str, dict[str, str]] = {
        "raccord.value.longer_there": {"field": "last_name", "remote": "Zname", "limit": "80"},
        "salesforce.REQUIRED_FIELD_MISSING": {"fields": "LastName"},
        "salesforce.ZUNKNOWN": {"fields": "—"},
        "raccord.value.missing_there": {"field": "Zest", "remote": "Lead Source", "value": "hot"},
    }
    subscription = Subscription.objects.get(transfer=transfer.pk, active=True)
    for number, (reason, parameters) in enumerate(about.items()):
        contact = cast.a_contact(project, email=f"zrefused{number}@example.org", zest="hot")
        OutboxItem.objects.filter(subscription=subscription, contact=contact.pk).update(
            state="parked", reason=reason, parameters=parameters, detail="Zwords <b>"
        )
    InboxItem.objects.create(
        transfer=transfer,
        remote_id="003000000000TAKE",
        state="parked",
        reason="raccord.value.required",
        parameters={"field": "last_name"},
    )
    found = groups.groups(project)
    aside.leave(found[-1].cause, note="Zlater", person="zperson@example.org")
    for number, state in enumerate(ReplayState):
        Replay.objects.create(
            transfer=transfer,
            side="out",
            cause=f"{number:032x}",
            code=found[0].code,
            parameters=found[0].parameters,
            state=state,
            total=9,
            done=4,
            started_by="zperson@example.org",
            finished_at=None if state in UNDER_WAY else timezone.now(),
        )


def _comparison(transfer: DataTransfer) -> None:
    """One that found something of every kind, and one that goes on."""
    contact = Contact.objects.order_by("pk")[0].pk
    kinds = [("pairs", "drifted", ""), ("pairs", "settled", "cut"), ("here", "only_here", "")]
    run = Reconciliation.objects.create(
        transfer=transfer,
        cause="person",
        started_by="zperson@example.org",
        state="done",
        compared_at=timezone.now(),
        counts={".".join(kind): 1 for kind in kinds} | {"pairs.equal.": 2},
        fields={"email": 1},
    )
    for scope, result, why in kinds:
        Finding.objects.create(
            run=run, scope=scope, result=result, why=why, fields=["email"], contact=contact
        )
    Reconciliation.objects.create(transfer=transfer, cause="timetable", done=1, total=4)


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
