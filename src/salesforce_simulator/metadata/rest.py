"""/metadata/deployRequest: deployments over REST."""

import json
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError, malformed_json
from salesforce_simulator.metadata.deployment import CANCELED, CANCELING, Deployment
from salesforce_simulator.metadata.options import options_of_json
from salesforce_simulator.metadata.result import deploy_result
from salesforce_simulator.metadata.rights import check_rights


def start(call: Call) -> Response:
    """Queue a deployment: of a zip sent as multipart, or of what was validated before."""
    check_rights(call)
    if call.request.mimetype == "application/json":
        content = call.json_object()
        validated = content.get("validatedDeployRequestId")
        if not isinstance(validated, str):
            raise ApiError("REQUIRED_FIELD_MISSING", "validatedDeployRequestId is required")
        deployment = call.org.deployments.repeat(validated, user_id=call.user_id)
        return call.answer(_state(call, deployment, details=False), status=201)
    packed, options = _parts(call)
    deployment = call.org.deployments.add(packed, options_of_json(options), user_id=call.user_id)
    return call.answer(_state(call, deployment, details=False), status=201)


def show(call: Call, deployment_id: str) -> Response:
    check_rights(call)
    deployment = call.org.deployments.get(deployment_id)
    details = call.request.args.get("includeDetails", "").lower() == "true"
    return call.answer(_state(call, deployment, details=details))


def change(call: Call, deployment_id: str) -> Response:
    """Cancel: {"deployResult": {"status": "Canceling"}} is the only change there is."""
    check_rights(call)
    deployment = call.org.deployments.get(deployment_id)
    asked = call.json_object().get("deployResult")
    if not isinstance(asked, dict) or asked.get("status") not in {CANCELING, CANCELED}:
        raise ApiError("INVALID_FIELD", "deployResult.status: only Canceling can be asked for")
    call.org.deployments.cancel(deployment, user_id=call.user_id)
    return call.answer(_state(call, deployment, details=False), status=202)


def _parts(call: Call) -> tuple[bytes, Any]:
    """Return the zip and the options of a multipart request, whose parts clients name freely."""
    if call.request.mimetype != "multipart/form-data":
        message = f"The content type is not supported: {call.request.mimetype or 'none'}"
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", message, status=415)
    try:
        files = [*call.request.files.values()]
        fields = [*call.request.form.values()]
    except RequestEntityTooLarge as refused:
        message = "Maximum request size exceeded"
        raise ApiError("REQUEST_TOO_LARGE", message, status=413) from refused
    zips = [each for each in files if each.mimetype != "application/json"]
    texts = [*fields, *(each.read() for each in files if each.mimetype == "application/json")]
    if len(zips) != 1:
        raise ApiError("REQUIRED_FIELD_MISSING", "one part with the zip file is required")
    try:
        return zips[0].read(), json.loads(texts[0]) if texts else {}
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise malformed_json(f"deployOptions: {broken}") from broken


def _state(call: Call, deployment: Deployment, *, details: bool) -> dict[str, Any]:
    return {
        "id": deployment.id,
        "validatedDeployRequestId": deployment.validated_id or None,
        "url": f"{call.origin}{call.path}/metadata/deployRequest/{deployment.id}",
        "deployOptions": deployment.options.as_dict(),
        "deployResult": deploy_result(call.org, deployment, details=details),
    }
