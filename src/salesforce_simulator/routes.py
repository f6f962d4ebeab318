"""Which function answers which address.

Three kinds of addresses: the API proper (a session is needed and the call is metered), OAuth and
other open ones, and the simulator's own, which are neither metered nor struck by faults.
"""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from salesforce_simulator import control
from salesforce_simulator.bulk import ingest, reading
from salesforce_simulator.events import control as event_control
from salesforce_simulator.metadata import rest as metadata_rest
from salesforce_simulator.metadata import soap as metadata_soap
from salesforce_simulator.oauth import authorize, identity, token
from salesforce_simulator.pages import views
from salesforce_simulator.rest import (
    collections,
    composite,
    limits,
    query,
    replication,
    search,
    sobjects,
    tree,
    versions,
)
from salesforce_simulator.soap import login
from salesforce_simulator.switches import access, acts, rules, settings
from salesforce_simulator.tooling import resources as tooling

Resource = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function, and whether it is part of the metered API, of OAuth, or the simulator's own."""

    resource: Resource
    kind: str


def _rules(kind: str, table: list[tuple[str, str, Resource]]) -> list[Rule]:
    return [
        Rule(path, methods=[method], endpoint=Endpoint(resource, kind), strict_slashes=False)
        for method, path, resource in table
    ]


_V = "/services/data/v<version>"
_ONE = f"{_V}/sobjects/<name>"
_MANY = f"{_V}/composite/sobjects"
_DEPLOY = f"{_V}/metadata/deployRequest"
_TOOLING = f"{_V}/tooling"
_INGEST = f"{_V}/jobs/ingest"
_QUERY = f"{_V}/jobs/query"
_RESULTS = "<any(successfulResults,failedResults,unprocessedrecords):name>"

_ACT = "<any(clone,lock,unlock,hide,show):act>"

_API: list[tuple[str, str, Resource]] = [
    ("GET", _V, versions.list_resources),
    ("GET", f"{_V}/limits", limits.show),
    ("GET", f"{_V}/limits/recordCount", limits.count_records),
    ("GET", f"{_V}/query", query.query),
    ("GET", f"{_V}/queryAll", query.query_all),
    ("GET", f"{_V}/query/<locator>", query.next_page),
    ("GET", f"{_V}/queryAll/<locator>", query.next_page),
    ("GET", f"{_V}/search", search.search),
    ("GET", f"{_V}/parameterizedSearch", search.parameterized),
    ("POST", f"{_V}/parameterizedSearch", search.parameterized),
    ("GET", f"{_V}/sobjects", sobjects.list_objects),
    ("GET", _ONE, sobjects.show_object),
    ("POST", _ONE, sobjects.create),
    ("GET", f"{_ONE}/describe", sobjects.describe_object),
    ("GET", f"{_ONE}/updated", replication.updated),
    ("GET", f"{_ONE}/deleted", replication.deleted),
    ("POST", f"{_ONE}/Id", sobjects.create),
    ("GET", f"{_ONE}/<record_id>", sobjects.read),
    ("PATCH", f"{_ONE}/<record_id>", sobjects.update),
    ("DELETE", f"{_ONE}/<record_id>", sobjects.delete),
    ("GET", f"{_ONE}/<key>/<path:value>", sobjects.read_by_key),
    ("PATCH", f"{_ONE}/<key>/<path:value>", sobjects.upsert),
    ("DELETE", f"{_ONE}/<key>/<path:value>", sobjects.delete_by_key),
    ("GET", _INGEST, ingest.list_jobs),
    ("POST", _INGEST, ingest.create),
    ("GET", f"{_INGEST}/<job_id>", ingest.show),
    ("PATCH", f"{_INGEST}/<job_id>", ingest.change),
    ("DELETE", f"{_INGEST}/<job_id>", ingest.delete),
    ("PUT", f"{_INGEST}/<job_id>/batches", ingest.upload),
    ("GET", f"{_INGEST}/<job_id>/{_RESULTS}", ingest.results),
    ("GET", _QUERY, reading.list_jobs),
    ("POST", _QUERY, reading.create),
    ("GET", f"{_QUERY}/<job_id>", reading.show),
    ("PATCH", f"{_QUERY}/<job_id>", reading.change),
    ("DELETE", f"{_QUERY}/<job_id>", reading.delete),
    ("GET", f"{_QUERY}/<job_id>/results", reading.results),
    ("GET", f"{_QUERY}/<job_id>/resultPages", reading.result_pages),
    ("GET", _TOOLING, tooling.list_resources),
    ("GET", f"{_TOOLING}/query", tooling.query),
    ("GET", f"{_TOOLING}/query/<locator>", tooling.next_page),
    ("GET", f"{_TOOLING}/sobjects", tooling.list_objects),
    ("GET", f"{_TOOLING}/sobjects/<name>/describe", tooling.describe_object),
    ("GET", f"{_TOOLING}/sobjects/<name>/<record_id>", tooling.read),
    ("GET", f"{_TOOLING}/executeAnonymous", tooling.execute_anonymous),
    ("POST", _DEPLOY, metadata_rest.start),
    ("GET", f"{_DEPLOY}/<deployment_id>", metadata_rest.show),
    ("PATCH", f"{_DEPLOY}/<deployment_id>", metadata_rest.change),
    ("POST", f"{_V}/composite", composite.composite),
    ("POST", f"{_V}/composite/batch", composite.batch),
    ("POST", f"{_V}/composite/tree/<name>", tree.create),
    ("POST", _MANY, collections.create),
    ("PATCH", _MANY, collections.update),
    ("DELETE", _MANY, collections.delete),
    ("GET", f"{_MANY}/<name>", collections.retrieve),
    ("POST", f"{_MANY}/<name>", collections.retrieve),
    ("PATCH", f"{_MANY}/<name>/<key>", collections.upsert),
]

_OPEN: list[tuple[str, str, Resource]] = [
    ("GET", "/services/data", versions.list_versions),
    ("GET", "/services/oauth2/authorize", authorize.show),
    ("POST", "/services/oauth2/authorize", authorize.submit),
    ("GET", "/services/oauth2/token", token.issue),
    ("POST", "/services/oauth2/token", token.issue),
    ("GET", "/services/oauth2/revoke", identity.revoke),
    ("POST", "/services/oauth2/revoke", identity.revoke),
    ("POST", "/services/oauth2/introspect", identity.introspect),
    ("GET", "/services/oauth2/userinfo", identity.show_userinfo),
    ("POST", "/services/oauth2/userinfo", identity.show_userinfo),
    ("GET", "/id/<org_id>/<user_id>", identity.show_identity),
    ("GET", "/.well-known/openid-configuration", identity.show_configuration),
    ("POST", "/services/Soap/u/<version>", login.partner),
    ("POST", "/services/Soap/u/<version>/<org_id>", login.partner),
    ("POST", "/services/Soap/m/<version>", metadata_soap.metadata),
    ("POST", "/services/Soap/m/<version>/<org_id>", metadata_soap.metadata),
    ("POST", "/services/Soap/c/<version>", login.enterprise),
    ("POST", "/services/Soap/c/<version>/<org_id>", login.enterprise),
]

_OWN: list[tuple[str, str, Resource]] = [
    ("GET", "/simulator", control.show),
    ("GET", "/simulator/faults", control.list_faults),
    ("POST", "/simulator/faults", control.add_faults),
    ("DELETE", "/simulator/faults", control.clear_faults),
    ("DELETE", "/simulator/faults/<int:fault_id>", control.remove_fault),
    ("GET", "/simulator/calls", control.list_calls),
    ("DELETE", "/simulator/calls", control.clear_calls),
    ("POST", "/simulator/reset", control.reset),
    ("GET", "/simulator/settings", settings.show),
    ("POST", "/simulator/settings", settings.change),
    ("GET", "/simulator/maintenance", acts.show_maintenance),
    ("POST", "/simulator/maintenance", acts.begin_maintenance),
    ("DELETE", "/simulator/maintenance", acts.end_maintenance),
    ("GET", "/simulator/rules", rules.show),
    ("POST", "/simulator/rules", rules.add),
    ("DELETE", "/simulator/rules", rules.clear),
    ("GET", "/simulator/sharing", access.show_sharing),
    ("POST", "/simulator/sharing", access.change_sharing),
    ("DELETE", "/simulator/sharing", access.clear_sharing),
    ("GET", "/simulator/users", access.list_users),
    ("POST", "/simulator/users/<username>", access.change_user),
    ("POST", f"/simulator/records/<record_id>/{_ACT}", acts.act_on_record),
    ("POST", "/simulator/bin/empty", acts.empty_bin),
    ("POST", "/simulator/organization", acts.become_another_org),
    ("POST", "/simulator/sessions/expire", control.expire_sessions),
    ("GET", "/simulator/events", event_control.show),
    ("POST", "/simulator/events", event_control.change),
    ("DELETE", "/simulator/events", event_control.forget),
    ("POST", "/simulator/events/disconnect", event_control.disconnect),
    ("GET", "/simulator/records/<name>", control.list_records),
    *views.ROUTES,
]

URL_MAP = Map(
    [*_rules("api", _API), *_rules("open", _OPEN), *_rules("own", _OWN)], merge_slashes=False
)
