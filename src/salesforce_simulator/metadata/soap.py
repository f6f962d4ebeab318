"""/services/Soap/m: the Metadata API as the Salesforce CLI, jsforce and Ant speak it."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.metadata import writing
from salesforce_simulator.metadata.deployment import CANCELED
from salesforce_simulator.metadata.document import DocumentError, Node, leaf, write
from salesforce_simulator.metadata.holdings import find, parts
from salesforce_simulator.metadata.listing import (
    UnknownTypeError,
    describe_metadata,
    list_metadata,
)
from salesforce_simulator.metadata.manifest import manifest_of
from salesforce_simulator.metadata.options import options_of_xml
from salesforce_simulator.metadata.result import deploy_result
from salesforce_simulator.metadata.rights import check_rights
from salesforce_simulator.metadata.soap_form import MetadataCall, Raw, answer, fault, read_call
from salesforce_simulator.metadata.types import is_known
from salesforce_simulator.rest.versions import check_version
from salesforce_simulator.soap.envelope import INVALID_SESSION, SoapError

_MOST_QUERIES = 3


def metadata(call: Call, version: str, org_id: str = "") -> Response:
    """Answer one operation."""
    try:
        check_version(version)
        asked = read_call(call.body())
        _sign_in(call, asked)
        carry_out = _OPERATIONS.get(asked.operation)
        if carry_out is None:
            message = f"No operation available for request {asked.operation}, please check the WSDL"
            raise SoapError("soapenv:Client", message, kind="")
        call.version = version
        return answer(asked.operation, carry_out(call, asked))
    except SoapError as refused:
        return fault(refused)
    except (DocumentError, UnknownTypeError) as refused:
        return fault(SoapError("INVALID_TYPE", str(refused).removeprefix("INVALID_TYPE: ")))
    except ApiError as refused:
        message = refused.message.removeprefix(f"{refused.code}: ")
        return fault(SoapError(refused.code, message))


def _sign_in(call: Call, asked: MetadataCall) -> None:
    session = call.org.grants.session(asked.session_id) if asked.session_id else None
    if session is None:
        raise SoapError("INVALID_SESSION_ID", INVALID_SESSION)
    call.sign_in(session.user_id, client_id=session.client_id)
    check_rights(call)
    if call.org.usage.remaining() == 0:
        raise SoapError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    call.org.usage.count_call()


def _deploy(call: Call, asked: MetadataCall) -> list[Any]:
    given = {each.name.lower(): each for each in asked.arguments.children}
    packed = _zip(given.get("zipfile"))
    options = options_of_xml(given.get("deployoptions") or Node("DeployOptions"))
    deployment = call.org.deployments.add(packed, options, user_id=call.user_id)
    return [_async_result(deployment.id)]


def _deploy_validated(call: Call, asked: MetadataCall) -> list[Any]:
    validated = asked.arguments.get("validationId")
    return [call.org.deployments.repeat(validated, user_id=call.user_id).id]


def _check_deploy(call: Call, asked: MetadataCall) -> list[Any]:
    deployment = call.org.deployments.get(asked.arguments.get("asyncProcessId"))
    details = asked.arguments.flag("includeDetails")
    return [deploy_result(call.org, deployment, details=details)]


def _cancel(call: Call, asked: MetadataCall) -> list[Any]:
    asked_id = asked.arguments.get("id") or asked.arguments.get("String")
    deployment = call.org.deployments.get(asked_id)
    call.org.deployments.cancel(deployment, user_id=call.user_id)
    return [{"done": deployment.status == CANCELED, "id": deployment.id}]


def _describe(_call: Call, _asked: MetadataCall) -> list[Any]:
    return [describe_metadata()]


def _list(call: Call, asked: MetadataCall) -> list[Any]:
    queries = list(asked.arguments.all("queries"))
    if len(queries) > _MOST_QUERIES:
        message = f"Maximum number of queries is {_MOST_QUERIES}"
        raise SoapError("LIMIT_EXCEEDED", message)
    return [
        each for query in queries for each in list_metadata(call.org, query.get("type").strip())
    ]


def _retrieve(call: Call, asked: MetadataCall) -> list[Any]:
    given = {each.name.lower(): each for each in asked.arguments.children}
    request = given.get("retrieverequest") or given.get("request") or Node("request")
    manifest = manifest_of(request.first("unpackaged") or Node("unpackaged"))
    retrieval = call.org.retrievals.add(
        manifest,
        user_id=call.user_id,
        version=manifest.version or request.get("apiVersion") or call.version,
        single=request.flag("singlePackage"),
    )
    return [_async_result(retrieval.id)]


def _check_retrieve(call: Call, asked: MetadataCall) -> list[Any]:
    retrieval = call.org.retrievals.get(asked.arguments.get("asyncProcessId"))
    asked_zip = asked.arguments.first("includeZip")
    with_zip = asked_zip is None or asked_zip.text != "false"
    return [retrieval.result(with_zip=with_zip)]


def _read(call: Call, asked: MetadataCall) -> list[Any]:
    kind = asked.arguments.get("type").strip()
    if not is_known(kind):
        raise SoapError("INVALID_TYPE", f"Unknown type:{kind}")
    names = asked.arguments.texts("fullNames")
    _check_count(names)
    records = []
    for name in names:
        holding = find(call.org, kind, name)
        if holding is None:
            records.append('<records xsi:nil="true"/>')
            continue
        inner = [child for child in holding.node.children if child.name != "fullName"]
        if holding.node.children and kind == "CustomObject":
            inner += [
                Node(element, children=part.node.children)
                for element, part in parts(call.org, holding)
            ]
        text = "".join(write(each) for each in [leaf("fullName", name), *inner])
        records.append(f'<records xsi:type="{kind}">{text}</records>')
    return [Raw(f"<result>{''.join(records)}</result>")]


def _save(verb: str) -> Callable[[Call, MetadataCall], list[Any]]:
    def carry_out(call: Call, asked: MetadataCall) -> list[Any]:
        nodes = list(asked.arguments.all("metadata"))
        _check_count(nodes)
        return writing.save(
            call.org, nodes, verb=verb, user_id=call.user_id, all_or_none=asked.all_or_none
        )

    return carry_out


def _delete(call: Call, asked: MetadataCall) -> list[Any]:
    kind = asked.arguments.get("type").strip()
    if not is_known(kind):
        raise SoapError("INVALID_TYPE", f"Unknown type:{kind}")
    names = asked.arguments.texts("fullNames")
    _check_count(names)
    return list(writing.delete(call.org, kind, names))


def _check_count(given: list[Any]) -> None:
    if len(given) > writing.MOST:
        message = f"Maximum number of records per call is {writing.MOST}"
        raise SoapError("LIMIT_EXCEEDED", message)


def _zip(node: Node | None) -> bytes:
    text = "".join(node.text.split()) if node is not None else ""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise SoapError("soapenv:Client", f"ZipFile is not base64: {broken}", kind="") from broken


def _async_result(process_id: str) -> dict[str, Any]:
    return {"done": False, "id": process_id, "state": "Queued"}


_OPERATIONS: dict[str, Callable[[Call, MetadataCall], list[Any]]] = {
    "deploy": _deploy,
    "deployRecentValidation": _deploy_validated,
    "checkDeployStatus": _check_deploy,
    "cancelDeploy": _cancel,
    "describeMetadata": _describe,
    "listMetadata": _list,
    "retrieve": _retrieve,
    "checkRetrieveStatus": _check_retrieve,
    "readMetadata": _read,
    "createMetadata": _save("create"),
    "updateMetadata": _save("update"),
    "upsertMetadata": _save("upsert"),
    "deleteMetadata": _delete,
}
