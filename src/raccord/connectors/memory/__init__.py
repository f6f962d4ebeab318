"""The reference connector: a third party that lives in this process.

Read it to learn what a connector is, copy it to start one, use it in tests: it keeps every
promise of the contract and has no network. `objects` says what the third party stores,
`organization` is the third party itself, `connector` talks to it, `webhook` listens.
"""

from __future__ import annotations

from datetime import timedelta

from raccord.connectors.base import Capabilities, DataType, Declaration, Limits
from raccord.connectors.memory.connector import REMEDIES, SENTENCES, WHO, open_connector
from raccord.connectors.memory.webhook import receive

DECLARATION = Declaration(
    source="memory",
    label="Memory",
    capabilities=Capabilities(
        create_by_external_id=True,
        delete=True,
        changes=True,
        webhook=True,
        describe=True,
        usage=True,
    ),
    limits=Limits(
        rows_per_write=200,
        rows_per_read=2000,
        values_per_lookup=200,
        parallel_calls=4,
        call_deadline=timedelta(seconds=30),
        max_request_time=timedelta(minutes=10),
    ),
    data_types=(
        DataType(
            object="person",
            label="Person",
            external_id_field="raccord_id",
            match_fields=("email",),
            consent_fields=("opted_out",),
            suggestions={
                "email": "email",
                "first_name": "first_name",
                "last_name": "last_name",
                "company": "company",
                "phone": "phone",
                "birthdate": "birthdate",
                "newsletter": "opted_out",
                "notes": "notes",
            },
        ),
    ),
    oauth=None,
    open=open_connector,
    receive=receive,
    sentences=SENTENCES,
    who=WHO,
    remedies=REMEDIES,
    demo_only=True,
)
