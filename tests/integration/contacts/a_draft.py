"""An import on its way through the wizard, for the tests that take it there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from raccord.contacts import imports
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.messages import explain
from raccord.contacts.models import (
    ChangeLogEntry,
    Contact,
    ImportRun,
    OutboxItem,
    Project,
    RunState,
)
from raccord.engine.errors import BadInput
from tests import cast

GOOD = "email,city\na@example.org,x\n"
PROOF = imports.ConsentProof("Salon du livre, Québec", "Signed on paper, kept in binder 12")
QUEBEC = (
    "Courriel;Prénom;Nom;Naissance;Montant;Infolettre;Kiosque\r\n"
    "zoe@example.org;Zoé;Lefèvre;31/12/1999;1 234,50;oui;12\r\n"
    "eve@example.org;Ève;D’Amours;01/02/1990;0,5;non;7\r\n"
    "leave.me@example.org;;Alone;;;oui;\r\n"
    "pas une adresse;;;;;;\r\n"
    "jean@example.org;Jean;;32/01/2000;;;\r\n"
)


def drafted(project: Project, content: str | bytes, *, name: str = "x.csv") -> ImportRun:
    raw = content.encode() if isinstance(content, str) else content
    return imports.draft(project, io.BytesIO(raw), file_name=name, started_by=cast.MARKETER)


def decided(run: ImportRun, **changed: object) -> ImportRun:
    """Everything as it was proposed but for what is named here."""
    options = replace(imports.detect(run).options, consent=PROOF, **changed)  # type: ignore[arg-type]
    return imports.set_options(run, options)


def checked(run: ImportRun) -> imports.Preview:
    run = imports.run_now(imports.check(run))
    assert run.state == RunState.READY, explain(run.reason, run.parameters)
    assert (run.position, run.read, run.created, run.rejected) == (0, 0, 0, 0)
    assert not run.keys.exists()
    return imports.Preview.from_json(run.preview)


def imported(project: Project, content: str | bytes, **changed: object) -> ImportRun:
    """The whole way; what was foreseen must be what comes to pass."""
    run = decided(drafted(project, content), **changed)
    before = Contact.objects.count(), ChangeLogEntry.objects.count(), OutboxItem.objects.count()
    preview = checked(run)
    after = Contact.objects.count(), ChangeLogEntry.objects.count(), OutboxItem.objects.count()
    assert after == before, "a check writes nothing"
    assert not run.rejects.exists()
    run = imports.run_now(imports.confirm(run, seen=preview.token))
    assert run.state == RunState.DONE
    assert not run.parts.exists()
    foreseen = (preview.read, preview.created, preview.updated, preview.unchanged, preview.rejected)
    assert (run.read, run.created, run.updated, run.unchanged, run.rejected) == foreseen
    reasons = sorted((r.code, r.column, r.taken) for r in run.rejects.all())
    told = [(r.code, r.column, r.taken) for r in preview.reasons for _ in range(r.count)]
    assert reasons == sorted(told)
    return run


def values(key: str) -> dict[str, object]:
    return dict(Contact.objects.get(key=key).values)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as refused:
        act()
    assert explain(refused.value.code) != refused.value.code
    return refused.value.code.removeprefix("raccord.import.")


def problems(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidImport) as refused:
        act()
    return [(p.at, p.code.removeprefix("raccord.import.")) for p in refused.value.problems]
