"""Make the installation agree with a set-up file: as often as you like, with the same result.

The stages are, in the file's order, `applying_project.py`, `applying_authorizations.py` and
`applying_connections.py`, all in one transaction; only then does `applying_integrations.py` switch
on or off. What the file does not name is kept when contacts depend on it (fields, connections,
transfers) and follows the file otherwise (mappings, operations, alert recipients).
"""

from __future__ import annotations

from django.db import transaction

from raccord import logs
from raccord.blueprint.apply_run import Applied, ApplyRun
from raccord.blueprint.applying_authorizations import Grants
from raccord.blueprint.applying_connections import set_up_connection
from raccord.blueprint.applying_integrations import Switch, set_up_integration
from raccord.blueprint.applying_project import retire_fields, set_up_project
from raccord.blueprint.document import Blueprint
from raccord.blueprint.reading import Keys, SetUpFile

__all__ = ["Applied", "apply"]


def apply(file: SetUpFile) -> list[Applied]:
    """Bring the installation into the state of `file`; returns what was done, in file order.

    Raises InvalidBlueprint, with the place in the file, when something in it cannot be: for the
    first part that has findings, all of them. Nothing is changed then, here or over there, except
    that an integration that cannot be switched on stays off.
    """
    run = ApplyRun(file)
    grants = Grants(run)
    try:
        # The log must not tell of things made that were undone.
        with logs.held_back(), transaction.atomic():
            switches = _write(file.blueprint, run=run, grants=grants)
    except BaseException:
        grants.give_back()
        raise
    for switch in switches:
        switch.turn(run)
    return run.done


def _write(blueprint: Blueprint, *, run: ApplyRun, grants: Grants) -> list[Switch]:
    """Everything but the switching; returns what is to be switched once this is committed."""
    project = set_up_project(blueprint.project, run=run)
    run.refuse()
    for number, authorization in enumerate(blueprint.authorizations):
        with run.collected():
            grants.set_up(authorization, keys=("authorizations", number))
    run.refuse()
    switches = []
    for number, part in enumerate(blueprint.connections):
        keys: Keys = ("connections", number)
        with run.collected():
            grant = grants.named(part.authorization, keys=(*keys, "authorization"))
            connection = set_up_connection(project, part, grant=grant, keys=keys, run=run)
            if part.integration:
                keys = (*keys, "integration")
                switches.append(set_up_integration(connection, part.integration, keys, run=run))
    retire_fields(project, blueprint.project, run=run)
    run.refuse()
    return switches
