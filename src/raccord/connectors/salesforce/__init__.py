"""Salesforce: contacts are paired with its Contact and Lead records.

Follow a call from `connector` (the contract) through `collections`, `query`, `scanning` to `calls`
(one authorized HTTP call). `wire` converts values, `soql` writes queries, `describe` reads schemas,
`errors` and `error_table` say what a refusal means, `auth` how a grant is got; `webhook` reads what
our plug-in posts, and `plug_in` puts that plug-in into the org.
"""

from __future__ import annotations

from raccord.connectors.base import Capabilities, DataType, Declaration
from raccord.connectors.salesforce import suggestions
from raccord.connectors.salesforce.auth import ENDPOINTS, parse_grant
from raccord.connectors.salesforce.connector import EXTERNAL_ID_FIELD, LIMITS, open_connector
from raccord.connectors.salesforce.describe import OPT_OUT_FIELDS
from raccord.connectors.salesforce.error_table import REMEDIES, SENTENCES, WHO
from raccord.connectors.salesforce.plug_in import PLUG_IN
from raccord.connectors.salesforce.plug_in.words import PLUG_IN_SENTENCES
from raccord.connectors.salesforce.reader import CONVERTED_FIELD
from raccord.connectors.salesforce.webhook import receive

DECLARATION = Declaration(
    source="salesforce",
    label="Salesforce",
    capabilities=Capabilities(
        create_by_external_id=True,
        delete=True,
        changes=True,
        webhook=True,
        describe=True,
        usage=True,
    ),
    limits=LIMITS,
    data_types=(
        DataType(
            object="Contact",
            label="Contact",
            external_id_field=EXTERNAL_ID_FIELD,
            match_fields=("Email",),
            consent_fields=OPT_OUT_FIELDS,
            suggestions=suggestions.CONTACT,
        ),
        DataType(
            object="Lead",
            label="Lead",
            external_id_field=EXTERNAL_ID_FIELD,
            match_fields=("Email",),
            consent_fields=OPT_OUT_FIELDS,
            suggestions=suggestions.LEAD,
            converted_field=CONVERTED_FIELD,
            converted_object="Contact",
        ),
    ),
    oauth=ENDPOINTS,
    open=open_connector,
    parse_grant=parse_grant,
    receive=receive,
    plug_in=PLUG_IN,
    who=WHO,
    remedies=REMEDIES,
    sentences={**SENTENCES, **PLUG_IN_SENTENCES},
)
