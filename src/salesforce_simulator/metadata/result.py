"""What the API says of a deployment: one shape, sent as JSON by REST and as XML by SOAP."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.metadata.deployment import (
    CANCELED,
    PARTIAL,
    SUCCEEDED,
    Deployment,
    Outcome,
)
from salesforce_simulator.reading import person_name

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def deploy_result(org: "Org", deployment: Deployment, *, details: bool) -> dict[str, Any]:
    """Return a DeployResult; what is None is left out by SOAP."""
    options = deployment.options
    succeeded = [each for each in deployment.outcomes if each.success]
    failed = deployment.failures
    result: dict[str, Any] = {
        "checkOnly": options["checkOnly"],
        "completedDate": deployment.completed or None,
        "createdBy": deployment.user_id,
        "createdByName": user_name(org, deployment.user_id),
        "createdDate": deployment.created,
        "done": deployment.done,
        "errorMessage": deployment.error or None,
        "errorStatusCode": deployment.error_code or None,
        "id": deployment.id,
        "ignoreWarnings": options["ignoreWarnings"],
        "lastModifiedDate": deployment.changed or deployment.created,
        "numberComponentErrors": len(failed),
        "numberComponentsDeployed": sum(1 for each in succeeded if each.type),
        "numberComponentsTotal": deployment.total,
        "numberFiles": None,
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": options["rollbackOnError"],
        "runTestsEnabled": options.test_level not in {"", "NoTestRun"},
        "startDate": deployment.started or None,
        "status": deployment.status,
        "success": deployment.status in {SUCCEEDED, PARTIAL},
    }
    if deployment.canceled_by:
        result["canceledBy"] = deployment.canceled_by
        result["canceledByName"] = user_name(org, deployment.canceled_by)
    if deployment.status == CANCELED:
        result["stateDetail"] = "Canceled"
    if details:
        result["details"] = {
            "componentFailures": [_message(each, deployment) for each in failed],
            "componentSuccesses": [_message(each, deployment) for each in succeeded],
            "runTestResult": {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0},
        }
    return result


def user_name(org: "Org", user_id: str) -> str:
    return person_name(org.users.get(user_id) or {}) or ""


def _message(outcome: Outcome, deployment: Deployment) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "changed": outcome.changed,
        "columnNumber": problem.column if problem else None,
        "componentType": outcome.type,
        "created": outcome.created,
        "createdDate": deployment.started or deployment.created,
        "deleted": outcome.deleted,
        "fileName": outcome.path,
        "fullName": outcome.full_name,
        "id": outcome.id or None,
        "lineNumber": problem.line if problem else None,
        "problem": problem.text if problem else None,
        "problemType": ("Warning" if problem.warning else "Error") if problem else None,
        "success": outcome.success,
    }
