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
from salesforce_simulator.bulk.v1 import batches as classic_batches
from salesforce_simulator.bulk.v1 import jobs as classic_jobs
from salesforce_simulator.bulk.v1 import notation as classic
from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.events import control as event_control
from salesforce_simulator.metadata import rest as metadata_rest
from salesforce_simulator.metadata import soap as metadata_soap
from salesforce_simulator.oauth import authorize, device_page, discovery, identity, token
from salesforce_simulator.pages import views
from salesforce_simulator.plug_in import assignments, credentials
from salesforce_simulator.plug_in import resource as plug_in
from salesforce_simulator.releases import NEWEST
from salesforce_simulator.rest import (
    collections,
    composite,
    graph,
    layouts,
    limits,
    listviews,
    query,
    relationships,
    replication,
    search,
    sobjects,
    surroundings,
    tree,
    versions,
)
from salesforce_simulator.soap import endpoint as soap
from salesforce_simulator.switches import access, acts, rules, settings
from salesforce_simulator.tooling import resources as tooling

Resource = Callable[..., Response]
Refuse = Callable[[Call, ApiError], Response]


def refuse(call: Call, refused: ApiError) -> Response:
    """Answer a refusal as REST has it."""
    return call.answer(refused.body(), status=refused.status, headers=refused.headers)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function, and whether it is part of the metered API, of OAuth, or the simulator's own.

    refuse: how its family of addresses words a refusal.
    """

    resource: Resource
    kind: str
    refuse: Refuse = refuse


def _rules(
    kind: str,
    table: list[tuple[str, str, Resource]],
    refuse: Refuse = refuse,
    *,
    version: str = "",
) -> list[Rule]:
    """version: of addresses that do not name one."""
    return [
        Rule(
            path,
            methods=[method],
            endpoint=Endpoint(resource, kind, refuse),
            strict_slashes=False,
            defaults={"version": version} if version else None,
        )
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

_ACT = "<any(update,clone,delete,undelete,merge,convert):act>"
_GUARD = "<any(lock,unlock,hide,show):act>"

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
    ("GET", f"{_V}/compactLayouts", layouts.show_primary_layouts),
    ("GET", f"{_V}/quickActions", layouts.list_nothing),
    ("GET", f"{_V}/recent", surroundings.list_recent),
    ("GET", f"{_V}/tabs", surroundings.list_tabs),
    ("GET", f"{_V}/theme", surroundings.show_theme),
    ("GET", f"{_V}/appMenu", surroundings.show_app_menu),
    ("GET", f"{_V}/appMenu/AppSwitcher", surroundings.show_app_menu),
    ("GET", f"{_V}/sobjects", sobjects.list_objects),
    ("POST", f"{_V}/sobjects/PermissionSetAssignment", assignments.create),
    ("GET", f"{_V}/named-credentials/credential", credentials.show),
    ("POST", f"{_V}/named-credentials/credential", credentials.create),
    ("PUT", f"{_V}/named-credentials/credential", credentials.replace),
    ("GET", _ONE, sobjects.show_object),
    ("POST", _ONE, sobjects.create),
    ("GET", f"{_ONE}/describe", sobjects.describe_object),
    ("GET", f"{_ONE}/describe/layouts", layouts.show_layouts),
    ("GET", f"{_ONE}/describe/layouts/<record_type_id>", layouts.show_layout),
    ("GET", f"{_ONE}/describe/compactLayouts", layouts.show_compact_layouts),
    ("GET", f"{_ONE}/describe/compactLayouts/<layout>", layouts.show_compact_layout),
    ("GET", f"{_ONE}/describe/approvalLayouts", layouts.show_approval_layouts),
    ("GET", f"{_ONE}/quickActions", layouts.list_nothing),
    ("GET", f"{_ONE}/listviews", listviews.list_views),
    ("GET", f"{_ONE}/listviews/<view_id>", listviews.show_view),
    ("GET", f"{_ONE}/listviews/<view_id>/describe", listviews.describe_view),
    ("GET", f"{_ONE}/listviews/<view_id>/results", listviews.show_results),
    ("GET", f"{_ONE}/updated", replication.updated),
    ("GET", f"{_ONE}/deleted", replication.deleted),
    ("POST", f"{_ONE}/Id", sobjects.create),
    ("GET", f"{_ONE}/<record_id>", sobjects.read),
    ("PATCH", f"{_ONE}/<record_id>", sobjects.update),
    ("DELETE", f"{_ONE}/<record_id>", sobjects.delete),
    ("GET", f"{_ONE}/<key>/<path:value>", relationships.read),
    ("PATCH", f"{_ONE}/<key>/<path:value>", relationships.update),
    ("DELETE", f"{_ONE}/<key>/<path:value>", relationships.delete),
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
    ("POST", f"{_V}/composite/graph", graph.carry_out_graphs),
    ("POST", f"{_V}/composite/tree/<name>", tree.create),
    ("POST", _MANY, collections.create),
    ("PATCH", _MANY, collections.update),
    ("DELETE", _MANY, collections.delete),
    ("GET", f"{_MANY}/<name>", collections.retrieve),
    ("POST", f"{_MANY}/<name>", collections.retrieve),
    ("PATCH", f"{_MANY}/<name>/<key>", collections.upsert),
]

# The addresses of classes that were deployed name no version.
_APEX: list[tuple[str, str, Resource]] = [
    ("GET", "/services/apexrest/raccord", plug_in.show),
    ("PUT", "/services/apexrest/raccord", plug_in.watch),
    ("POST", "/services/apexrest/raccord", plug_in.act),
]

_J = "/services/async/<version>/job"
_B = f"{_J}/<job_id>/batch"

_ASYNC: list[tuple[str, str, Resource]] = [
    ("POST", _J, classic_jobs.create),
    ("GET", f"{_J}/<job_id>", classic_jobs.show),
    ("POST", f"{_J}/<job_id>", classic_jobs.change),
    ("GET", _B, classic_batches.list_batches),
    ("POST", _B, classic_batches.add),
    ("GET", f"{_B}/<batch_id>", classic_batches.show),
    ("GET", f"{_B}/<batch_id>/request", classic_batches.show_request),
    ("GET", f"{_B}/<batch_id>/result", classic_batches.show_result),
    ("GET", f"{_B}/<batch_id>/result/<result_id>", classic_batches.show_query_result),
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
    ("POST", "/id/<org_id>/<user_id>", identity.show_identity),
    ("GET", "/id/keys", discovery.show_keys),
    ("GET", "/.well-known/openid-configuration", discovery.show_configuration),
    ("GET", "/.well-known/auth-configuration", discovery.show_auth_configuration),
    ("GET", "/setup/connect", device_page.show),
    ("POST", "/setup/connect", device_page.submit),
]

_SOAP: list[tuple[str, str, Resource]] = [
    ("POST", "/services/Soap/u/<version>", soap.partner),
    ("POST", "/services/Soap/u/<version>/<org_id>", soap.partner),
    ("POST", "/services/Soap/c/<version>", soap.enterprise),
    ("POST", "/services/Soap/c/<version>/<org_id>", soap.enterprise),
    ("POST", "/services/Soap/m/<version>", metadata_soap.metadata),
    ("POST", "/services/Soap/m/<version>/<org_id>", metadata_soap.metadata),
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
    ("POST", "/simulator/records/<name>", acts.create_record),
    ("POST", f"/simulator/records/<record_id>/{_ACT}", acts.act_on_record),
    ("POST", f"/simulator/records/<record_id>/{_GUARD}", acts.guard_record),
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
    [
        *_rules("api", _API),
        *_rules("api", _APEX, version=f"{NEWEST}.0"),
        *_rules("async", _ASYNC, classic.refuse),
        *_rules("open", _OPEN),
        *_rules("open", _SOAP, soap.refuse),
        *_rules("own", _OWN),
    ],
    merge_slashes=False,
)
